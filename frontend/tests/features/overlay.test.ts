import { expect, test } from "vitest";
import type { Diff } from "@/api/life";
import type { Graph } from "@/canvas/core/graph";
import { overlay } from "@/features/changes/overlay";
import { branching } from "../canvas/graphs";

const note = { text: "x", colour: "blue" as const, position: { x: 0, y: 0 }, width: 200, height: 100 };
const none = { added: [], removed: [] };
const ref = (id: string) => ({ id, type: "wait", name: "" });

test("everything of both versions is there, each with what became of it", () => {
  const before: Graph = { ...branching(), notes: [{ id: "m1", ...note }] };
  const after: Graph = branching();
  after.nodes = after.nodes.filter(({ id }) => id !== "n5");
  after.nodes.push({ id: "n6", type: "exit", config: {}, position: { x: 900, y: 10 } });
  after.edges = [
    ...after.edges.filter(({ target }) => target !== "n5"),
    { id: "e9", source: "n3", outcome: "else", target: "n6" },
  ];
  after.notes = [{ id: "m2", ...note }];
  const diff: Diff = {
    nodes: { added: [ref("n6")], removed: [ref("n5")], changed: [{ ...ref("n2"), fields: [], before: {}, after: {} }] },
    edges: none,
    settings: { changed: [] },
    notes: {
      added: [{ id: "m2", text: "x", colour: "blue" }],
      removed: [{ id: "m1", text: "x", colour: "blue" }],
      changed: [],
    },
    effects: [],
  };
  const laid = overlay(before, after, diff);
  expect(Object.fromEntries(laid.nodes.map(({ node, fate }) => [node.id, fate]))).toEqual({
    n1: "same",
    n2: "changed",
    n3: "same",
    n4: "same",
    n5: "removed",
    n6: "added",
  });
  expect(laid.edges.map(({ edge, fate }) => `${edge.source}>${edge.target} ${fate}`).sort()).toEqual([
    "n1>n2 same",
    "n2>n3 same",
    "n3>n4 same",
    "n3>n5 removed",
    "n3>n6 added",
  ]);
  expect(laid.notes.map(({ note: { id }, fate }) => `${id} ${fate}`)).toEqual(["m2 added", "m1 removed"]);
  const gone = laid.nodes.find(({ node }) => node.id === "n5")?.node.position;
  expect(gone?.y, "not under the card that stands there now").toBeGreaterThan(90);
});
