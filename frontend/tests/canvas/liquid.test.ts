import { expect, test } from "vitest";
import { insertVariable, unknownVariables, variablesIn } from "@/canvas/core/liquid";

const known = { profile: ["name", "address.city"], event: ["amount"] };

test("the variables of a text are found in outputs, conditions and loops, without what the text defines itself", () => {
  const text =
    "{% assign who = profile.name | upcase %}{% for item in event.items %}{{ item.title }}{% endfor %}" +
    "{% if profile.level == 'gold' %}{{ who }}{{ profile['vip since'] | date: '%F' }}{% endif %}";
  expect(variablesIn(text)).toEqual(["profile.name", "event.items", "profile.level", "profile.vip since"]);
  expect(variablesIn("没有变量 {")).toEqual([]);
});

test("what nobody would fill is told", () => {
  expect(unknownVariables("{{ profile.name }}{{ profile.nmae }}{{ event.amount }}{{ order.id }}", known)).toEqual([
    "profile.nmae",
    "order.id",
  ]);
  expect(unknownVariables("{{ profile.address.city }}{{ profile.address }}{{ preference_url }}", known)).toEqual([]);
});

test("where nothing is known nothing is called unknown", () => {
  expect(unknownVariables("{{ event.anything }}", { profile: [], event: [] })).toEqual([]);
});

test("a variable goes where the cursor is, over what is selected", () => {
  const { text, caret } = insertVariable("您好X！", "profile.name", 2, 3);
  expect(text).toBe("您好{{ profile.name }}！");
  expect(text.slice(0, caret)).toBe("您好{{ profile.name }}");
});
