import { expect, test } from "vitest";
import { everyDay } from "@/features/events/everyDay";

test("thirty days end with today in the zone, and a day without events counts nothing", () => {
  const days = everyDay([{ day: "2026-11-22", count: 3 }], new Date("2026-11-22T18:00:00Z"), "Asia/Shanghai");
  expect(days).toHaveLength(30);
  expect(days.at(-1)).toEqual({ day: "2026-11-23", count: 0 });
  expect(days.at(-2)).toEqual({ day: "2026-11-22", count: 3 });
  expect(days[0]).toEqual({ day: "2026-10-25", count: 0 });
});

test("a change of clocks loses no day", () => {
  const days = everyDay([], new Date("2026-11-10T05:30:00Z"), "America/New_York").map(({ day }) => day);
  expect(new Set(days).size).toBe(30);
  expect(days.at(-1)).toBe("2026-11-10");
  expect(days[0]).toBe("2026-10-12");
});
