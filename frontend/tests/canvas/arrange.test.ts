import { expect, test } from "vitest";
import { anchor, placeBeside } from "@/canvas/core/arrange";
import { branching } from "./graphs";

test("after a layout the trigger is where it was and all else keeps its distance to it", () => {
  const graph = branching();
  const moved = {
    ...graph,
    nodes: graph.nodes.map((node) => ({ ...node, position: { x: node.position.x + 500, y: 70 } })),
  };
  const laidOut = new Map([
    ["n1", { x: 12, y: 12 }],
    ["n2", { x: 312, y: 40 }],
  ]);
  const anchored = anchor(moved, laidOut, (type) => type === "trigger");
  expect(anchored.get("n1")).toEqual({ x: 500, y: 70 });
  expect(anchored.get("n2")).toEqual({ x: 800, y: 98 });
});

test("a new node is put below what already stands beside", () => {
  const place = placeBeside(branching(), "n3", { width: 250, height: 140 }, { width: 50, height: 40 });
  expect(place).toEqual({ x: 900, y: 180 });
});
