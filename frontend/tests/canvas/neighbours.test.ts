import { expect, test } from "vitest";
import { neighbour } from "@/canvas/core/neighbours";
import { outcomesOf } from "@/canvas/nodes/registry";
import { branching } from "./graphs";

const order = (node: Parameters<typeof outcomesOf>[0]) => outcomesOf(node).map(({ id }) => id);

/** n4 above n5, to the right of the split. */
function drawn() {
  const graph = branching();
  graph.nodes[3] = { ...graph.nodes[3], position: { x: 900, y: -120 } } as (typeof graph.nodes)[number];
  graph.nodes[4] = { ...graph.nodes[4], position: { x: 900, y: 120 } } as (typeof graph.nodes)[number];
  return graph;
}

test("right goes along the first outcome that leads on, left back where one came from", () => {
  expect(neighbour(drawn(), "n3", "right", order)).toBe("n4");
  expect(neighbour(drawn(), "n5", "left", order)).toBe("n3");
});

test("up and down go to what lies there", () => {
  expect(neighbour(drawn(), "n4", "down", order)).toBe("n5");
  expect(neighbour(drawn(), "n5", "up", order)).toBe("n4");
});

test("without an edge the nearest card on that side is next, and beyond the last there is none", () => {
  const graph = { ...drawn(), edges: [] };
  expect(neighbour(graph, "n1", "right", order)).toBe("n2");
  expect(neighbour(graph, "n1", "left", order)).toBeNull();
  expect(neighbour(graph, "gone", "right", order)).toBeNull();
});
