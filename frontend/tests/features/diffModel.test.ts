import { describe, expect, test } from "vitest";
import type { Diff } from "@/api/life";
import { leafChanges, modelOf, shown } from "@/features/changes/diffModel";

const NOTHING: Diff = {
  nodes: { added: [], removed: [], changed: [] },
  edges: { added: [], removed: [] },
  settings: { changed: [] },
  notes: { added: [], removed: [], changed: [] },
  effects: [],
};

describe("where two values differ", () => {
  test.each([
    [{ for: "P1D" }, { for: "P2D" }, [["for", "P1D", "P2D"]]],
    [
      { window: { from: "09:00", to: "21:00" } },
      { window: { from: "09:00", to: "20:00" } },
      [["window.to", "21:00", "20:00"]],
    ],
    [{ for: "P1D" }, {}, [["for", "P1D", undefined]]],
    [{ days: [1, 2] }, { days: [1, 3] }, [["days", [1, 2], [1, 3]]]],
    [{ same: { a: 1 } }, { same: { a: 1 } }, []],
  ])("%j and %j: %j", (before, after, expected) => {
    expect(leafChanges(before, after).map((each) => [each.path, each.before, each.after])).toEqual(expected);
  });
});

test("a diff is nodes, edges and settings in the order of reading, with the leaves that changed", () => {
  const model = modelOf({
    notes: { added: [], removed: [], changed: [] },
    nodes: {
      added: [{ id: "n9", type: "wait", name: "" }],
      removed: [{ id: "n4", type: "send", name: "旧短信" }],
      changed: [
        {
          id: "n2",
          type: "wait",
          name: "等两天",
          fields: ["config"],
          before: { config: { for: "P2D", timezone: "UTC" } },
          after: { config: { for: "P3D", timezone: "UTC" } },
        },
      ],
    },
    edges: { added: [{ source: "n2", outcome: "next", target: "n9" }], removed: [] },
    settings: { changed: [{ field: "holdout", before: { percent: 0 }, after: { percent: 5 } }] },
    effects: [],
  });
  expect(model.nodes.map(({ mark, node }) => `${mark} ${node.id}`)).toEqual(["removed n4", "changed n2", "added n9"]);
  expect(model.nodes[1]?.values).toEqual([{ path: "config.for", before: "P2D", after: "P3D" }]);
  expect(model.settings).toEqual([{ path: "holdout.percent", before: 0, after: 5 }]);
  expect(model.edges).toHaveLength(1);
  expect(model.empty).toBe(false);
});

test("two equal versions have no differences", () => {
  expect(modelOf(NOTHING).empty).toBe(true);
});

test("a value that is not there reads as nothing", () => {
  expect([undefined, null, "x", 5, { a: 1 }].map(shown)).toEqual(["", "", "x", "5", '{"a":1}']);
});
