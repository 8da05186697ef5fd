import { expect, test } from "vitest";
import type { LossBar } from "@/api/reviewLosses";
import { byDay } from "@/features/review/conversionDays";
import { convertedBesides } from "@/features/review/lossBars";
import { orderName, remains } from "@/features/review/orderRows";
import { figureText, sourceTab } from "@/features/review/sentences";
import { pointsOf, roiText, smallMoney } from "@/features/review/words";
import { formatIn } from "@/format/useFormat";

const format = formatIn("en", "Asia/Shanghai");

test("what is left of an order is exact where binary fractions are not", () => {
  expect(remains({ value: "0.3000", refunded: "0.1000" })).toBe("0.2000");
  expect(remains({ value: "90071992547409.9300", refunded: "0.0100" })).toBe("90071992547409.9200");
  expect(remains({ value: "0.0100", refunded: "0.0300" })).toBe("-0.0200");
  expect(remains({ value: null, refunded: "1.0000" })).toBeNull();
});

test("an event's own id is no order's name", () => {
  expect(orderName({ order: "SO-1" })).toBe("SO-1");
  expect(orderName({ order: "event:0195" })).toBeNull();
  expect(orderName({ order: "" })).toBeNull();
});

test("days without a conversion are among the days, and currencies of one day are one number of conversions", () => {
  const value = { currency: "CNY", conversions: 1, value: "1.00", refunded: "0.00", net: "1.00" };
  const days = byDay([
    { day: "2026-02-28", goal: "g1", people: 2, conversions: 2, value },
    { day: "2026-02-28", goal: "g1", people: 1, conversions: 1, value: { ...value, currency: "USD" } },
    { day: "2026-03-02", goal: "g2", people: 1, conversions: 1, value },
  ]);
  expect(days).toEqual([
    { day: "2026-02-28", conversions: { g1: 3 } },
    { day: "2026-03-01", conversions: {} },
    { day: "2026-03-02", conversions: { g2: 1 } },
  ]);
  expect(byDay([])).toEqual([]);
});

test("who converted without passing every step is counted beside the last bar, those held out are not", () => {
  const reason = (code: string, converted: number) => ({
    code,
    detail: "",
    messages: {},
    people: 10,
    converted,
    avoidable: false,
    parts: [],
    rules: [],
  });
  const bar = (key: LossBar["key"], reasons: ReturnType<typeof reason>[]) => ({
    key,
    messages: {},
    people: 1,
    lost: 1,
    reasons,
  });
  expect(convertedBesides([bar("entered", [reason("held_out", 7)]), bar("clicked", [reason("not_clicked", 3)])])).toBe(
    3,
  );
});

test("differences of shares are points, a large return has no decimals, less than a cent is not nothing", () => {
  expect(pointsOf(0.0494, format.number)).toBe("+4.9");
  expect(pointsOf(-0.0004, format.number)).toBe("0");
  expect(roiText(1622.8719, format)).toBe("+162,287%");
  expect(roiText(0.1234, format)).toBe("+12.3%");
  expect(smallMoney("USD", "0.0026", format)).toBe("0.0026 USD");
  expect(smallMoney("USD", "0.0000", format)).toBe("$0.00");
});

test("a sentence's figures are written as what they are, and lead to the tab that has them", () => {
  expect(figureText("share", 0.1367961, "", format)).toBe("13.7%");
  expect(figureText("points", 0.0332, "", format)).toBe("+3.3");
  expect(figureText("after", 30, "", format)).toBe("30");
  expect(figureText("after", "1371.0000", "CNY", format)).toBe("CN¥1,371.00");
  expect(figureText("goal", "2026", "", format)).toBe("2026");
  expect(sourceTab("review/messages/")).toBe("messages");
  expect(sourceTab("review/other/")).toBeUndefined();
});
