import { expect, test } from "vitest";
import { apart, rowsOf, saidOf, shownValue, typedValue } from "@/features/people/values";

test("attributes are rows by their dotted paths; a list is one value", () => {
  const rows = rowsOf({ city: "上海", address: { zip: "200000", lines: ["a", "b"] }, empty: {} });
  expect(rows).toEqual([
    { path: "address.lines", value: ["a", "b"] },
    { path: "address.zip", value: "200000" },
    { path: "city", value: "上海" },
    { path: "empty", value: {} },
  ]);
});

test("what is computed is told apart from what was sent", () => {
  const { own, computed } = apart(rowsOf({ city: "上海", computed: { rfm: { class: "A" }, orders: 3 } }));
  expect(own.map(({ path }) => path)).toEqual(["city"]);
  expect(computed).toEqual([
    { path: "orders", value: 3 },
    { path: "rfm.class", value: "A" },
  ]);
});

test("a patch says a value, a removal, or nothing of a path", () => {
  expect(saidOf({ address: { city: "上海" } }, "address.city")).toBe("上海");
  expect(saidOf({ address: null }, "address.city")).toBeNull();
  expect(saidOf({ address: { zip: "1" } }, "address.city")).toBeUndefined();
  expect(saidOf({ city: "上海" }, "city.part")).toBeUndefined();
});

test("typed values keep their kind, and dates and numbers to call stay texts", () => {
  expect(typedValue("12.5")).toBe(12.5);
  expect(typedValue("true")).toBe(true);
  expect(typedValue('["a"]')).toEqual(["a"]);
  expect(typedValue("1990-05-06")).toBe("1990-05-06");
  expect(typedValue("013800138000")).toBe("013800138000");
  expect(typedValue("12345678901234567890")).toBe("12345678901234567890");
  expect(typedValue(" 上海 ")).toBe("上海");
});

test("values are shown as a person reads them", () => {
  expect([shownValue(null), shownValue(0), shownValue({ a: 1 })]).toEqual(["–", "0", '{"a":1}']);
});
