import { expect, test } from "vitest";
import { trailOf } from "@/canvas/core/trail";
import { branching } from "./graphs";

const steps = [
  { kind: "enrolled", node: "n1", data: {} },
  { kind: "node_entered", node: "n2", data: { from: "n1", outcome: "next" } },
  { kind: "wait_started", node: "n2", data: {} },
  { kind: "node_entered", node: "n3", data: { from: "n2", outcome: "next" } },
  { kind: "branch_taken", node: "n3", data: { branch: "else" } },
  { kind: "node_entered", node: "n5", data: { from: "n3", outcome: "else" } },
  { kind: "converted", node: "n2", data: { goal: "g1" } },
];

test("the way lights the nodes entered and the edges taken, not the other branch", () => {
  const trail = trailOf(branching(), steps);
  expect([...trail.nodes]).toEqual(["n1", "n2", "n3", "n5"]);
  expect([...trail.edges]).toEqual(["e1", "e2", "e4"]);
});

test("an event that names a node passed earlier does not move the person", () => {
  expect(trailOf(branching(), steps).at).toBe("n5");
});

test("stepping shows the way up to a step only", () => {
  const trail = trailOf(branching(), steps, 2);
  expect([...trail.nodes]).toEqual(["n1", "n2"]);
  expect(trail.at).toBe("n2");
});
