import { expect, test } from "vitest";
import { intervalScale, sided } from "@/charts/intervals";
import { fall } from "@/charts/waterfall";

test("each step hangs from the one before it", () => {
  const steps = fall([
    { key: "eligible", people: 1000, lost: 0 },
    { key: "entered", people: 800, lost: 200 },
    { key: "sent", people: 200, lost: 600 },
  ]);
  expect(steps.map(({ base, lost }) => base + lost)).toEqual([1000, 1000, 800]);
  expect(steps.map(({ share }) => share)).toEqual([1, 0.8, 0.2]);
  expect(steps.map(({ lostShare }) => lostShare)).toEqual([0, 0.2, 0.75]);
});

test("a waterfall of nobody has no shares that are not numbers", () => {
  expect(fall([{ key: "eligible", people: 0, lost: 0 }])).toEqual([
    { key: "eligible", people: 0, lost: 0, base: 0, share: 0, lostShare: 0 },
  ]);
  expect(fall([])).toEqual([]);
});

test("every interval lies within the scale, whose ends are round", () => {
  const scale = intervalScale(
    [
      { low: 0.118, high: 0.142 },
      { low: 0.165, high: 0.195 },
    ],
    false,
  );
  expect(scale).toEqual({ min: 0.1, max: 0.2, step: 0.02 });
});

test("a difference is seen against nothing", () => {
  const { min, max } = intervalScale([{ low: 0.03, high: 0.07 }], true);
  expect(min).toBe(0);
  expect(max).toBeGreaterThanOrEqual(0.07);
  expect(intervalScale([{ low: -0.04, high: -0.01 }], true).max).toBe(0);
});

test("intervals without a width, or none at all, still have a scale", () => {
  for (const spreads of [[], [{ low: 0, high: 0 }], [{ low: 5, high: 5 }], [{ low: Number.NaN, high: Number.NaN }]]) {
    const { min, max, step } = intervalScale(spreads, true);
    expect(max).toBeGreaterThan(min);
    expect(step).toBeGreaterThan(0);
  }
});

test("a difference is told apart from nothing only by its whole interval", () => {
  expect(sided(0.01, 0.05)).toBe("good");
  expect(sided(-0.05, -0.01)).toBe("bad");
  expect(sided(-0.01, 0.05)).toBe("plain");
  expect(sided(null, null)).toBe("plain");
});
