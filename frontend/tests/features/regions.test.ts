import { expect, test } from "vitest";
import { type Circle, circles, regions, sizeOf } from "@/features/segments/regions";

const PARTS = [
  { segments: ["a"], count: 5 },
  { segments: ["b", "a"], count: 3 },
];

/** The segments whose circles a point lies in. */
function within(ids: readonly string[], drawn: readonly Circle[], x: number, y: number): string[] {
  return ids.filter((_, place) => {
    const circle = drawn[place];
    return circle !== undefined && Math.hypot(x - circle.x, y - circle.y) < circle.r;
  });
}

test("two segments have three parts, those with nobody too", () => {
  const found = regions(["a", "b"], PARTS).map(({ segments, count }) => [segments.join(), count]);
  expect(found).toEqual([
    ["a", 5],
    ["b", 0],
    ["a,b", 3],
  ]);
});

test("three segments have seven parts, each number inside exactly its circles", () => {
  const drawn = circles(3);
  const ids = ["a", "b", "c"];
  const found = regions(ids, PARTS);
  expect(found).toHaveLength(7);
  for (const { segments, x, y } of found) {
    const inside = within(ids, drawn, x, y);
    expect(inside, `${x} ${y}`).toEqual(segments);
  }
});

test("numbers of two circles lie inside exactly their circles", () => {
  const drawn = circles(2);
  for (const { segments, x, y } of regions(["a", "b"], PARTS)) {
    const inside = within(["a", "b"], drawn, x, y);
    expect(inside).toEqual(segments);
  }
});

test("a segment has all of its parts", () => {
  expect([sizeOf("a", PARTS), sizeOf("b", PARTS)]).toEqual([8, 3]);
});
