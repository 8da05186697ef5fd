import { expect, test } from "vitest";
import { instantOf, tomorrowAtTen } from "@/format/zoned";

test.each([
  ["2026-03-02T10:00", "Asia/Shanghai", "2026-03-02T02:00:00.000Z"],
  ["2026-07-01T10:00", "Europe/Berlin", "2026-07-01T08:00:00.000Z"],
  ["2026-03-29T10:00", "Europe/Berlin", "2026-03-29T08:00:00.000Z"],
  ["2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30:00.000Z"],
  ["2026-03-02T10:00", "UTC", "2026-03-02T10:00:00.000Z"],
])("%s in %s is %s", (local, zone, instant) => {
  expect(instantOf(local, zone).toISOString()).toBe(instant);
});

test("tomorrow is the zone's, not the browser's", () => {
  expect(tomorrowAtTen(new Date("2026-03-02T20:00:00Z"), "Asia/Shanghai")).toBe("2026-03-04T10:00");
});
