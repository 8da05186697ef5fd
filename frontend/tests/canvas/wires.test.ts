import { getBezierPath, Position } from "@xyflow/react";
import { expect, test } from "vitest";
import { MIDDLE, pointOf, sharesOf } from "@/canvas/core/wires";

/** A button is 22 pixels wide; so far apart each can be seen and hit. */
const LEAST_APART = 18;
const ROW = 30;
/** The room between two cards of an arranged canvas. */
const ROOM = 92;

const wire = (row: number, targetY: number) =>
  getBezierPath({
    sourceX: 0,
    sourceY: row * ROW,
    targetX: ROOM,
    targetY,
    sourcePosition: Position.Right,
    targetPosition: Position.Left,
    curvature: 0.32,
  });

const edges = (count: number) =>
  Array.from({ length: count }, (_, row) => ({ id: `e${row}`, source: "split", target: "send", row }));
const rowOf = ({ row }: { row: number }) => row;

test("an edge on its own has its button in the middle, where the wire says its middle is", () => {
  const shares = sharesOf([...edges(1), { id: "other", source: "split", target: "exit", row: 1 }], rowOf);
  expect([...shares.values()]).toEqual([MIDDLE, MIDDLE]);
  const [path, x, y] = wire(3, 0);
  expect(pointOf(path, MIDDLE).x).toBeCloseTo(x);
  expect(pointOf(path, MIDDLE).y).toBeCloseTo(y);
});

test.each([
  [2, -80],
  [3, -80],
  [4, -80],
  [5, -80],
  [2, 60],
  [3, 60],
  [4, 60],
])(
  "the buttons of %i edges between the same two cards do not cover each other, the card %i pixels lower",
  (count, lower) => {
    const joining = edges(count);
    // In whatever order they were drawn.
    const shares = sharesOf(joining.toReversed(), rowOf);
    const places = joining.map(({ id, row }) => pointOf(wire(row, lower)[0], shares.get(id) ?? MIDDLE));
    for (const [index, one] of places.entries())
      for (const other of places.slice(index + 1))
        expect(Math.hypot(one.x - other.x, one.y - other.y)).toBeGreaterThanOrEqual(LEAST_APART);
  },
);

test("what is no curve is not guessed at", () => {
  expect(() => pointOf("M0,0 L1,1", MIDDLE)).toThrow(TypeError);
});
