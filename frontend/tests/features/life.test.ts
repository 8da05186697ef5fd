import { expect, test } from "vitest";
import { standingOf } from "@/features/life/approval";
import { STAYS, withTarget } from "@/features/life/mapping";

const approval = {
  state: "approved" as const,
  revision: 4,
  asked_by: { id: 1, name: "小王" },
  asked_at: "2026-03-02T01:00:00Z",
  decided_by: { id: 2, name: "小李" },
  decided_at: null,
  comment: "",
};

test("an approval holds for the revision it was given for, and no other", () => {
  expect(standingOf({ revision: 4 })).toBe("none");
  expect(standingOf({ revision: 4, approval })).toBe("approved");
  expect(standingOf({ revision: 5, approval })).toBe("stale");
});

test("a node's people are sent to another node, or kept in their version", () => {
  expect(withTarget({ n1: "n1" }, "n2", "n7")).toEqual({ n1: "n1", n2: "n7" });
  expect(withTarget({ n2: "n7" }, "n2", STAYS)).toEqual({ n2: null });
});
