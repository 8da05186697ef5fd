import { expect, test } from "vitest";
import { isWhole, LEAVES, newRule, type Rule, readScalar, withComparison, withQuestion } from "@/canvas/core/rules";

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
  ["a sum without a property", { op: "event", name: "paid", agg: "sum", cmp: "gte", value: 1 }, false],
  ["a sum of a property", { op: "event", name: "paid", agg: "sum", property: "amount", cmp: "gte", value: 1 }, true],
  ["a sequence with a step without a name", { op: "sequence", steps: [{ name: "a" }, { name: "" }] }, false],
  ["a sequence", { op: "sequence", steps: [{ name: "a" }, { name: "b", within: "P1D" }], absent: { name: "c" } }, true],
  ["a journey that is not chosen", newRule("journey"), false],
  ["messages as they are offered", newRule("message"), true],
  ["a split without a name", newRule("bucket"), false],
  ["a value that is not said to be held", newRule("held"), false],
  ["a group whose last condition is unfinished", { op: "or", args: [city, newRule("tag")] }, false],
  ["a negation of a chosen segment", { op: "not", arg: { op: "segment", id: "s1" } }, true],
])("%s can be judged: %j", (_, rule, whole) => {
  expect(isWhole(rule)).toBe(whole);
});

test("asking something else of events leaves no field that the new question does not take", () => {
  const sum = withQuestion({ op: "event", name: "paid", agg: "count", cmp: "gte", value: 2, within: "P1D" }, "sum");
  expect(sum).toEqual({ op: "event", name: "paid", agg: "sum", property: "", cmp: "gte", value: 2, within: "P1D" });
  const last = withQuestion(sum, "last");
  expect(last).toEqual({
    op: "event",
    name: "paid",
    within: "P1D",
    select: "last",
    has: [{ key: "", cmp: "eq", value: "" }],
  });
  expect(withQuestion(last, "count")).toEqual({
    op: "event",
    name: "paid",
    within: "P1D",
    agg: "count",
    cmp: "gte",
    value: 1,
  });
});

test.each(LEAVES)("a new condition of kind %s is one of that kind", (op) => {
  expect(newRule(op).op).toBe(op);
});
