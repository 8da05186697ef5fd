import { expect, test } from "vitest";
import type { FunnelAnswer } from "@/api/reviewPaths";
import {
  difference,
  moneyDifferences,
  nodeDifferences,
  periodBefore,
  rateDifferences,
  sideFilters,
  stageDifferences,
} from "@/features/review/differences";
import { NOTHING } from "@/features/review/funnelModel";

const answer = (entered: number, converted: number, nodes: Record<string, number> = {}): FunnelAnswer => ({
  as_of: null,
  stale: false,
  definition: {},
  notes: [],
  state: "ready",
  progress: 1,
  stages: [
    { key: "entered", people: entered, times: entered },
    { key: "converted", people: converted, times: converted },
  ],
  rows: [],
  nodes: Object.entries(nodes).map(([node, people]) => ({ ...NOTHING, node, people })),
});

test("a change is told as such and as a part of what was", () => {
  expect(difference("x", 200, 150)).toEqual({ key: "x", left: 200, right: 150, change: -50, relative: -0.25 });
  expect(difference("x", 0, 5).relative).toBeNull();
  expect(difference("x", null, 5).change).toBeNull();
});

test("stages are compared by people and by shares of those who entered", () => {
  const [left, right] = [answer(1000, 100), answer(500, 75)];
  expect(stageDifferences(left, right).map(({ change }) => change)).toEqual([-500, -25]);
  const [rate] = rateDifferences(left, right);
  expect(rate?.change).toBeCloseTo(0.05);
  expect(rate?.relative).toBeCloseTo(0.5);
});

test("a side that nobody entered has no shares", () => {
  expect(rateDifferences(answer(0, 0), answer(10, 5))[0]).toMatchObject({ left: null, right: 0.5, change: null });
});

test("a node that one side does not have is not taken for one that nobody reached", () => {
  const found = nodeDifferences(answer(100, 0, { n1: 100, n2: 0 }), answer(50, 0, { n1: 50, n3: 25 }));
  expect(found.map(({ key, left, right }) => [key, left, right])).toEqual([
    ["n1", 1, 1],
    ["n2", 0, null],
    ["n3", null, 0.5],
  ]);
});

test("sums of different currencies are never taken together", () => {
  const found = moneyDifferences(
    [{ currency: "CNY", value: "100.50" }],
    [
      { currency: "CNY", value: "50.25" },
      { currency: "USD", value: "9" },
    ],
  );
  expect(found.map(({ key, change }) => [key, change])).toEqual([
    ["CNY", -50.25],
    ["USD", 9],
  ]);
});

test("a side is a version or a period", () => {
  expect(sideFilters("version:2")).toEqual({ version: "2" });
  expect(sideFilters("2026-02-01/2026-02-14")).toEqual({ since: "2026-02-01", until: "2026-02-14" });
  expect(periodBefore("2026-03-01", "2026-03-07")).toEqual({ since: "2026-02-22", until: "2026-02-28" });
  expect(periodBefore("2026-03-01", "2026-03-01")).toEqual({ since: "2026-02-28", until: "2026-02-28" });
});
