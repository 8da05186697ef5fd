import i18next from "i18next";
import { expect, test } from "vitest";
import { factText } from "@/features/privacy/words";

const said = (name: string, value: unknown) => factText(i18next.t, name, value);

test("what is known has words, anything else is said as it is", () => {
  expect(said("channel", "sms")).toBe("短信");
  expect(said("kind", "people")).toBe("客户");
  expect(said("scopes", ["track", "read"])).not.toMatch(/track|read/);
  expect(said("name", "收银台")).toBe("收银台");
  expect(said("kind", "of another version")).toBe("of another version");
});

test("a change is said as before and after, each by its own name", () => {
  expect(said("role", { from: "viewer", to: "operator" })).toMatch(/^\p{Script=Han}+ → \p{Script=Han}+$/u);
  expect(said("active", { from: true, to: false })).toBe("是 → 否");
});

test("counts go by what they count: tables and categories in words, without what is zero", () => {
  expect(said("removed", { profiles_event: 2, profiles_export: 0, audit: 3 })).toBe("事件 2, 审计日志 3");
});

test("nothing is a dash", () => {
  for (const nothing of ["", null, undefined, [], {}, { audit: 0 }]) expect(said("removed", nothing)).toBe("–");
});
