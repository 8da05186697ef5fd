import { expect, test } from "vitest";
import { isWhole, newRule, type Rule, readScalar, withComparison } from "@/canvas/core/rules";

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

const city = { op: "attribute" as const, key: "city", cmp: "eq" as const, value: "上海" };
test.each<[string, Rule, boolean]>([
  ["an attribute with its value", city, true],
  ["an attribute without a value", { ...city, value: "" }, false],
  ["a comparison that takes no value", { op: "attribute", key: "city", cmp: "exists" }, true],
  ["a tag without a name", { op: "tag", key: "" }, false],
  [
    "an event with an unfinished filter",
    { ...newRule("event"), name: "paid", where: [{ ...city, key: "" }] } as Rule,
    false,
  ],
  ["a segment that is not chosen", newRule("segment"), false],
  ["a group whose last condition is unfinished", { op: "or", args: [city, newRule("tag")] }, false],
  ["a negation of a chosen segment", { op: "not", arg: { op: "segment", id: "s1" } }, true],
])("%s can be judged: %j", (_, rule, whole) => {
  expect(isWhole(rule)).toBe(whole);
});
