import { expect, test } from "vitest";
import { readScalar, withComparison } from "@/canvas/core/rules";

test.each([
  ["12.5", 12.5],
  ["-3", -3],
  ["true", true],
  ["false", false],
  ["上海", "上海"],
  ["007", "007"],
  ["13800000001", 13800000001],
  ["1234567890123456789", "1234567890123456789"],
  ["", ""],
])("what is typed as %j is stored as %j", (typed, stored) => {
  expect(readScalar(typed)).toBe(stored);
});

test("changing the comparison reshapes the value", () => {
  const row = { key: "city", cmp: "eq" as const, value: "上海" };
  expect(withComparison(row, "in").value).toEqual(["上海"]);
  expect(withComparison(withComparison(row, "in"), "eq").value).toBe("上海");
  expect("value" in withComparison(row, "exists")).toBe(false);
  expect(withComparison(row, "within_last").value).toBe("P7D");
});
