import { expect, test } from "vitest";
import { formatDuration, parseDuration } from "@/canvas/core/duration";

test.each(["P3D", "PT2H30M", "P1DT12H", "PT5S", "P2W", "P1M", "PT0S"])("%s reads and writes as itself", (text) => {
  expect(formatDuration(parseDuration(text) ?? [])).toBe(text);
});

test.each(["", "P", "PT", "3D", "P-1D", "P1H", "P1DT"])("%j is no duration", (text) => {
  expect(parseDuration(text)).toBeNull();
});

test("minutes and months share a letter but not a place", () => {
  expect(parseDuration("P1MT1M")).toEqual([
    { amount: 1, unit: "months" },
    { amount: 1, unit: "minutes" },
  ]);
});

test("a day stays a day: nothing is converted into hours", () => {
  expect(formatDuration([{ amount: 1, unit: "days" }])).toBe("P1D");
  expect(formatDuration([{ amount: 24, unit: "hours" }])).toBe("PT24H");
});
