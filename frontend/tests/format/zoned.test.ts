import { expect, test } from "vitest";
import { instantIn, instantOf, localIn, tomorrowAtTen } from "@/format/zoned";

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

test("a wall-clock time is written with the offset its zone has then, and read back as it was typed", () => {
  expect(instantIn("2026-03-02T10:00", "Asia/Shanghai")).toBe("2026-03-02T10:00:00+08:00");
  expect(instantIn("2026-01-15T10:00", "America/New_York")).toBe("2026-01-15T10:00:00-05:00");
  expect(instantIn("2026-07-15T10:00", "America/New_York")).toBe("2026-07-15T10:00:00-04:00");
  expect(localIn("2026-03-02T02:00:00Z", "Asia/Shanghai")).toBe("2026-03-02T10:00");
  expect(localIn("soon", "Asia/Shanghai")).toBe("");
});
