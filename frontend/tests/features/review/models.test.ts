import { expect, test } from "vitest";
import type { CreditedRow } from "@/api/reviewCredits";
import type { Stage } from "@/api/reviewPaths";
import { csvOf } from "@/charts/csv";
import { costLines } from "@/features/review/costLines";
import { creditedRows } from "@/features/review/credited";
import { attributeOf } from "@/features/review/Filters";
import { breakdownRows, stageRows } from "@/features/review/funnelModel";
import { knownBars } from "@/features/review/lossBars";
import { moveGrid } from "@/features/review/moveGrid";
import { spreadsOf } from "@/features/review/spreads";
import { TABS, tablesOf, tabOf } from "@/features/review/tabs";
import { pValue } from "@/features/review/words";

test("a stage is a part of the first and of the one before it", () => {
  expect(
    stageRows([
      { key: "entered", people: 200 },
      { key: "sent", people: 100 },
      { key: "converted", people: 25 },
    ]).map(({ ofFirst, ofBefore }) => [ofFirst, ofBefore]),
  ).toEqual([
    [1, null],
    [0.5, 0.5],
    [0.125, 0.25],
  ]);
  expect(stageRows([{ key: "entered", people: 0 }])[0]?.ofFirst).toBeNull();
});

test("a row's rate is of those who entered", () => {
  const stages: Stage[] = [
    { key: "entered", people: 40, times: 40 },
    { key: "converted", people: 10, times: 12 },
  ];
  expect(breakdownRows([{ key: "2026-03-01", stages, value: [] }])[0]).toMatchObject({
    entered: 40,
    converted: 10,
    rate: 0.25,
  });
  expect(breakdownRows([{ key: "2026-03-02", stages: [], value: [] }])[0]).toMatchObject({ entered: 0, rate: null });
  expect(breakdownRows(undefined)).toEqual([]);
});

test("credits are ranked by the model that is looked at, and are parts of all conversions", () => {
  const credited = (people: number) => ({ people, value: [] });
  const rows: CreditedRow[] = [
    { key: "sms", name: "短信", credits: { first: credited(30), last: credited(70) } },
    { key: "email", name: "邮件", credits: { first: credited(70) } },
  ];
  const totals = credited(100);
  expect(creditedRows({ rows, totals }, "first").map(({ key, share }) => [key, share])).toEqual([
    ["email", 0.7],
    ["sms", 0.3],
  ]);
  expect(creditedRows({ rows, totals }, "last").map(({ key, people }) => [key, people])).toEqual([
    ["sms", 70],
    ["email", 0],
  ]);
});

test("moves are a square of every class anybody came from or went to, no class last", () => {
  const { classes, rows } = moveGrid([
    { origin: null, destination: "b", people: 3 },
    { origin: "b", destination: "a", people: 5 },
  ]);
  expect(classes).toEqual(["a", "b", ""]);
  expect(rows.map(({ cells }) => cells)).toEqual([
    [0, 0, 0],
    [5, 0, 0],
    [0, 3, 0],
  ]);
});

test("what nobody did costs nothing, and what is not known is not taken for nothing", () => {
  const staff = { tasks: 4, minutes: "15.00", hour: null, currency: "CNY", amount: null };
  const messages = [{ channel: "sms", currency: "CNY", messages: 10, unpriced: 2, amount: "1.0000" }];
  const coupons = [{ kind: "code" as const, key: "X", uses: 0, cost: "5.0000", currency: "CNY", amount: "0.0000" }];
  expect(costLines({ messages, coupons, staff })).toEqual([
    { kind: "messages", name: "sms", number: 10, unpriced: 2, cost: { currency: "CNY", value: "1.0000" } },
    { kind: "staff", name: "", number: 4, unpriced: 0, cost: null },
  ]);
});

test("a value without an interval, or an interval of nobody, is not drawn", () => {
  const interval = { low: 0.05, high: 0.2 };
  const rows = [
    { name: "a", value: 0.1, interval },
    { name: "b", value: null, interval },
    { name: "c", value: 0.1, interval: null },
  ];
  expect(spreadsOf(rows)).toEqual([{ name: "a", value: 0.1, ...interval, tone: "plain" }]);
  expect(spreadsOf(rows, true)[0]?.tone).toBe("good");
});

test("a bar of which nobody knows how many passed it is left out", () => {
  const bar = { messages: {}, reasons: [] };
  expect(
    knownBars([
      { ...bar, key: "eligible", people: null, lost: null },
      { ...bar, key: "entered", people: 10, lost: null },
      { ...bar, key: "sent", people: 7, lost: 3 },
    ]),
  ).toEqual([
    { key: "entered", people: 10, lost: 0 },
    { key: "sent", people: 7, lost: 3 },
  ]);
});

test("a probability is never written as impossible", () => {
  expect([0.04321, 0.0000004, null].map(pValue)).toEqual(["p = 0.043", "p < 0.001", "p = –"]);
});

test("a table is saved as a spreadsheet reads it, and no name becomes a formula", () => {
  const rows = [
    { key: "a", cells: ['=HYPERLINK("x")', "-5", "+1.2%"] },
    { key: "b", cells: ["短信, 首单", "1,926", "-cmd"] },
  ];
  expect(
    csvOf({ head: ["节点", "人数", "变化"], rows })
      .slice(1)
      .split("\r\n"),
  ).toEqual(["节点,人数,变化", `"'=HYPERLINK(""x"")",-5,+1.2%`, `"短信, 首单","1,926",'-cmd`]);
});

test("an attribute is a key and a value, with either colon", () => {
  expect(attributeOf(" city : 上海 ")).toBe("city:上海");
  expect(attributeOf("city：上海")).toBe("city:上海");
  expect(attributeOf("url:https://a.example")).toBe("url:https://a.example");
  expect(attributeOf("city")).toBeUndefined();
  expect(attributeOf("city:")).toBeUndefined();
});

test("an unknown tab is the first, and every tab has the runs to export", () => {
  expect(tabOf("losses")).toBe("losses");
  expect(tabOf("nonsense")).toBe("overview");
  for (const tab of TABS) expect(tablesOf(tab).at(-1)).toBe("runs");
  expect(tablesOf("movement")).toEqual(["rfm_movement", "sales", "runs"]);
});
