import { expect, test } from "vitest";
import { CARD, ribbons } from "@/features/review/ribbons";
import { demoGraph } from "../../../fake/demo.ts";

const LINKS = [
  { source: "n1", outcome: "next", target: "n2", people: 1000 },
  { source: "n2", outcome: "next", target: "n3", people: 900 },
  { source: "n3", outcome: "b1", target: "n4", people: 300 },
  { source: "n3", outcome: "else", target: "n6", people: 600 },
];

const bandOf = (drawing: ReturnType<typeof ribbons>, source: string, outcome: string) => {
  const found = drawing.bands.find((band) => band.source === source && band.outcome === outcome);
  if (!found) throw new Error(`no band ${source} ${outcome}`);
  return found;
};

test("bands are as wide as people went along them", () => {
  const drawing = ribbons(demoGraph, LINKS);
  const all = bandOf(drawing, "n1", "next").width;
  expect(bandOf(drawing, "n2", "next").width).toBeCloseTo(all * 0.9);
  expect(bandOf(drawing, "n3", "b1").width * 2).toBeCloseTo(bandOf(drawing, "n3", "else").width);
  // What leaves a node is never wider than its card is tall.
  expect(all).toBeLessThan(CARD.height);
});

test("a handful among very many can still be seen, and nobody is not drawn", () => {
  const drawing = ribbons(demoGraph, [
    { source: "n1", outcome: "next", target: "n2", people: 1_000_000 },
    { source: "n2", outcome: "next", target: "n3", people: 1 },
    { source: "n3", outcome: "b1", target: "n4", people: 0 },
  ]);
  expect(bandOf(drawing, "n2", "next").width).toBeGreaterThanOrEqual(1);
  expect(drawing.bands).toHaveLength(2);
});

test("bands of one side lie beside each other, in the order of the ports", () => {
  const drawing = ribbons(demoGraph, LINKS);
  const startOf = (path: string) => Number(/^M[\d.]+ ([\d.-]+)/.exec(path)?.[1]);
  const [upper, lower] = [bandOf(drawing, "n3", "b1"), bandOf(drawing, "n3", "else")];
  expect(startOf(lower.path) - startOf(upper.path)).toBeCloseTo((upper.width + lower.width) / 2, 0);
});

test("nodes stand as on the canvas, and those of earlier versions below", () => {
  const drawing = ribbons(demoGraph, [...LINKS, { source: "n3", outcome: "b1", target: "old", people: 5 }]);
  const at = (id: string) => drawing.nodes.find((node) => node.id === id)?.at ?? { x: 0, y: 0 };
  expect(at("n2").x).toBeGreaterThan(at("n1").x + CARD.width);
  expect(at("n5").y).toBeLessThan(at("n6").y);
  for (const node of demoGraph.nodes) expect(at("old").y).toBeGreaterThan(at(node.id).y);
  for (const { at: place } of drawing.nodes) {
    expect(place.x).toBeGreaterThanOrEqual(0);
    expect(place.y).toBeGreaterThanOrEqual(0);
    expect(place.y + CARD.height).toBeLessThan(drawing.height);
  }
});

test("without a path there is nothing between the nodes", () => {
  expect(ribbons(demoGraph, []).bands).toEqual([]);
});
