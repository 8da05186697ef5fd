/** What the in-memory API's reviews are worth: costs, who came back, how people moved, messages, in sentences. */

import type {
  CostAnswer,
  Fates,
  MessagesAnswer,
  MovementAnswer,
  RetentionAnswer,
  SummaryAnswer,
} from "../src/api/reviewWorth";
import { NOW } from "./now.ts";
import { common } from "./reviewFigures.ts";

export const COST: CostAnswer = {
  ...common,
  goal: { id: "g1", name: "首购" },
  people: 1926,
  currencies: [
    {
      currency: "CNY",
      messages: "1842.3000",
      coupons: "19260.0000",
      staff: "600.0000",
      cost: "21702.3000",
      value: "386420.5000",
      profit: "364718.2000",
      roi: 16.8,
      conversions: 2011,
      cost_per_conversion: "11.2681",
    },
  ],
  messages: [{ channel: "sms", currency: "CNY", messages: 18423, unpriced: 120, amount: "1842.3000" }],
  coupons: [{ kind: "code", key: "NEW30", uses: 642, cost: "30.0000", currency: "CNY", amount: "19260.0000" }],
  staff: { tasks: 20, minutes: "15.00", hour: "120.0000", currency: "CNY", amount: "600.0000" },
};

const AFTER = [1, 7, 14, 30];
const returning = (people: number, rates: readonly number[]) =>
  AFTER.map((after, place) => {
    const rate = rates[place] ?? 0;
    return { after, people, came: Math.round(rate * people), rate };
  });
const entered = (day: string, people: number, rates: readonly (number | null)[]) => ({
  day,
  group: "touched" as const,
  people,
  cells: AFTER.map((after, place) => {
    const rate = rates[place] ?? null;
    return { after, rate, came: rate === null ? null : Math.round(rate * people), mature: rate !== null };
  }),
});

export const RETENTION: RetentionAnswer = {
  ...common,
  event: "",
  control: "held_out",
  groups: [
    { group: "touched", cells: returning(12840, [0.42, 0.31, 0.24, 0.18]) },
    { group: "held_out", cells: returning(1283, [0.36, 0.22, 0.17, 0.12]) },
  ],
  difference: AFTER.map((after, place) => {
    const difference = [0.06, 0.09, 0.07, 0.06][place] ?? 0;
    return { after, difference, interval: { low: difference - 0.03, high: difference + 0.03 } };
  }),
  days: [
    entered("2026-02-01", 820, [0.44, 0.33, 0.25, 0.19]),
    entered("2026-02-08", 870, [0.42, 0.31, 0.24, null]),
    entered("2026-02-15", 910, [0.41, 0.3, 0.22, null]),
    entered("2026-02-27", 760, [0.43, null, null, null]),
  ],
};

export const MOVEMENT: MovementAnswer = {
  ...common,
  begins: "2026-01-31T16:00:00Z",
  ends: NOW,
  control: "held_out",
  rfm: [
    {
      model: "rfm",
      name: "RFM",
      group: "touched",
      moves: [
        { origin: "important_retain", destination: "important_value", people: 120 },
        { origin: "important_retain", destination: "important_retain", people: 900 },
        { origin: "important_develop", destination: "important_value", people: 340 },
        { origin: "important_value", destination: "important_value", people: 2100 },
        { origin: null, destination: "important_develop", people: 610 },
      ],
    },
  ],
  sales: [
    {
      currency: "CNY",
      group: "touched",
      customers: 12840,
      before: { buyers: 1480, sales: "270012.0000", marketing: 0.115, value: "182.4405" },
      after: { buyers: 1926, sales: "377688.6000", marketing: 0.15, value: "196.1000" },
    },
  ],
};

const fates = (sent: number, share: number): Fates => ({
  asked: Math.round(sent * 1.02),
  sent,
  delivered: Math.round(sent * 0.98),
  read: Math.round(sent * share),
  clicked: Math.round(sent * share),
  replied: 0,
  failed: Math.round(sent * 0.012),
  blocked: Math.round(sent * 0.02),
  waiting: 0,
  opted_out: Math.round(sent * 0.003),
  unpriced: 0,
  failed_by: [{ reason: "unreachable", messages: Math.round(sent * 0.012) }],
  blocked_by: [{ reason: "no_consent", messages: Math.round(sent * 0.02) }],
  cost: [{ currency: "CNY", amount: "1842.3000" }],
});

export const MESSAGES: MessagesAnswer = {
  ...common,
  total: fates(18423, 0.22),
  accounts: [{ ...fates(18423, 0.22), key: "a1", name: "品牌短信" }],
  templates: [
    { ...fates(9211, 0.28), key: "welcome", name: "新客满减" },
    { ...fates(9212, 0.16), key: "freeship", name: "新客包邮" },
  ],
  nodes: [
    { ...fates(9211, 0.28), key: "n5", name: "满减短信" },
    { ...fates(9212, 0.16), key: "n6", name: "包邮短信" },
  ],
  hours: Array.from({ length: 24 }, (_, hour) => ({ hour, ...fates(hour >= 10 && hour <= 20 ? hour * 90 : 0, 0.2) })),
};

export const SUMMARY: SummaryAnswer = {
  ...common,
  notes: [],
  sentences: [
    {
      code: "converted",
      zh: "12,840 人进入，1,926 人转化（15.0%）。",
      en: "12,840 people entered and 1,926 converted (15.0%).",
      figure: { source: "funnel/", people: 12840, converted: 1926 },
    },
    {
      code: "uplift",
      zh: "比没有触达的人高 6.0 个百分点。",
      en: "That is 6.0 points more than those who were held out.",
      figure: { source: "holdout/", difference: 0.0604 },
    },
  ],
};
