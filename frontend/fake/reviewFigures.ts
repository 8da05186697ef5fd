/** Longer figures of the in-memory API's reviews. */

import type { ReviewDefinition } from "../src/api/review";
import type { LossBar, LossesAnswer, LossReason } from "../src/api/reviewLosses";
import type { Arm, HoldoutAnswer, SampleRatio, TestsAnswer } from "../src/api/reviewTests";
import { NOW } from "./now.ts";

export const DEFINITION: ReviewDefinition = {
  source: "version",
  version: 3,
  since: "2026-02-01T02:00:00Z",
  goals: [{ id: "g1", name: "首购", event: "order_paid", window: "P7D", value: "amount", primary: true }],
  rules: { credit: "last_entry_before", repeats: "each" },
};

/** What all parts have: read to the end, by the definition above. */
export const common = {
  as_of: NOW,
  stale: false,
  state: "ready" as const,
  progress: 1,
  definition: { ...DEFINITION },
  notes: [
    {
      code: "no_value",
      messages: {
        "zh-CN": "12 次转化没有金额，只计人数，不计价值。",
        en: "12 conversions have no amount: they count, but are worth nothing.",
      },
      figures: { conversions: 12 },
    },
  ],
};
export const cny = (value: string) => [{ currency: "CNY", value }];

export const words = (zh: string, en: string) => ({ "zh-CN": zh, en });
const reason = (code: string, zh: string, en: string, people: number, more: Partial<LossReason> = {}): LossReason => ({
  code,
  detail: "",
  messages: words(zh, en),
  people,
  converted: 0,
  avoidable: false,
  parts: [],
  rules: [],
  ...more,
});
const at = (node: string, people: number) => [{ node, channel: "sms", people }];

const LOST: [LossBar["key"], string, string, number | null, LossReason[]][] = [
  ["eligible", "符合条件", "Eligible", null, []],
  ["entered", "进入", "Entered", 530, [reason("held_out", "留作对照", "held out", 530)]],
  [
    "consented",
    "已授权",
    "Consented",
    640,
    [
      reason("no_consent", "未授权", "no consent", 590, { avoidable: true, parts: at("n5", 590) }),
      reason("opted_out", "已退订", "opted out", 50),
    ],
  ],
  [
    "identified",
    "有联系方式",
    "Had an identity",
    210,
    [reason("no_identity", "没有联系方式", "no address", 210, { avoidable: true, parts: at("n6", 210) })],
  ],
  [
    "in_hours",
    "在可发时段",
    "In hours",
    95,
    [
      reason("quiet_hours", "免打扰时段", "quiet hours", 95, {
        avoidable: true,
        parts: at("n5", 95),
        rules: [{ rule: "hours.v1", times: 95, figures: { from: "21:00", to: "08:00" } }],
      }),
    ],
  ],
  [
    "under_caps",
    "未超频次",
    "Under caps",
    1120,
    [
      reason("frequency_cap", "达到频次上限", "frequency cap", 1120, {
        avoidable: true,
        converted: 31,
        parts: at("n9", 1120),
        rules: [{ rule: "cap.v2", times: 200, figures: { limit: 3, within: "P7D" } }],
      }),
    ],
  ],
  ["sent", "已发送", "Sent", 20, [reason("expired", "过期未发", "not sent in time", 20)]],
  [
    "delivered",
    "已送达",
    "Delivered",
    213,
    [reason("failed_delivery", "未能送达", "not delivered", 213, { avoidable: true })],
  ],
  ["clicked", "已点击", "Clicked", 5977, [reason("not_clicked", "未点击", "not clicked", 5977)]],
  ["converted", "已转化", "Converted", 2564, [reason("not_converted", "未转化", "not converted", 2564)]],
];

/** Each bar follows from the one before it; of an event nobody knows who might have come in. */
function lossBars(): LossBar[] {
  let people = 13370;
  return LOST.map(([key, zh, en, lost, reasons]) => {
    people -= lost ?? 0;
    return { key, messages: words(zh, en), people: lost === null ? null : people, lost, reasons };
  });
}

const LARGEST = words(
  "最大的可避免损失：1,120 人（占进入者的 8.7%）达到频次上限。",
  "The largest avoidable loss: 1,120 people (8.7% of those who entered), because: frequency cap.",
);

export const LOSSES: LossesAnswer = {
  ...common,
  goal: "g1",
  bars: lossBars(),
  largest: { bar: "under_caps", code: "frequency_cap", people: 1120, messages: LARGEST },
  messages: LARGEST,
};

const arm = (people: number, converted: number, low: number, high: number, perPerson: number): Arm => ({
  people,
  converted,
  rate: converted / people,
  interval: { low, high },
  values: [
    {
      currency: "CNY",
      total: (perPerson * people).toFixed(4),
      per_person: perPerson,
      interval: { low: perPerson * 0.92, high: perPerson * 1.08 },
      difference: null,
      difference_interval: null,
    },
  ],
  against: null,
});

export const TESTS: TestsAnswer = {
  ...common,
  notes: [],
  experiments: [
    {
      node: "n4",
      name: "首单文案",
      goal: "g1",
      unit: "run",
      control: "a",
      variants: [
        { ...arm(2611, 470, 0.166, 0.195, 36.2), variant: "a", name: "满减", weight: 50, control: true, looks: [] },
        {
          ...arm(2599, 338, 0.118, 0.143, 25.9),
          variant: "b",
          name: "包邮",
          weight: 50,
          control: false,
          looks: [{ day: "2026-02-14", fraction: 0.5, people: 2600, z: -3.1, bound: 2.96, crossed: true }],
          against: {
            comparison: {
              difference: -0.05,
              interval: { low: -0.07, high: -0.03 },
              z: -4.98,
              p: 0.0000006,
              uplift: -0.278,
              uplift_interval: { low: -0.36, high: -0.18 },
            },
            p_adjusted: 0.0000006,
            at_any_time: { p: 0.00004, interval: { low: -0.081, high: -0.019 } },
            judgeable: true,
            power: { effect: 0.1, power: 0.38, detectable: 0.031, wanted: 0.8 },
            people_needed: 0,
          },
        },
      ],
      sample_ratio: { verdict: "mismatch", statistic: 12.5, degrees: 1, p: 0.0004, expected: { a: 2605, b: 2605 } },
      alpha: 0.05,
      verdict: {
        code: "control_best",
        figures: {},
        messages: words(
          "「包邮」的转化率比「满减」低 5.0 个百分点（95% 区间 3.0 到 7.0）。",
          '"包邮" converts 5.0 points less than "满减" (95% interval 3.0 to 7.0).',
        ),
        variant: "b",
      },
      planned: 5200,
      ended: null,
      per_day: 370,
      notes: [],
    },
  ],
};

const ratio = (statistic: number, p: number): SampleRatio => ({
  verdict: "ok",
  statistic,
  degrees: 1,
  p,
  expected: { treated: 12840, held_out: 1283 },
});
const HELD = { treated: arm(12840, 1926, 0.144, 0.156, 30.1), held_out: arm(1283, 115, 0.075, 0.107, 17.9) };

export const HOLDOUT: HoldoutAnswer = {
  ...common,
  notes: [],
  goal: "g1",
  arms: HELD,
  combined: { difference: 0.0604, interval: { low: 0.043, high: 0.075 }, p: 0.00001 },
  extra: 775,
  periods: [
    {
      since: null,
      until: "2026-02-09",
      percent: 5,
      mixed: false,
      arms: HELD,
      sample_ratio: ratio(0.26, 0.61),
    },
    {
      since: "2026-02-10",
      until: null,
      percent: 10,
      mixed: false,
      arms: HELD,
      sample_ratio: ratio(0.71, 0.4),
    },
  ],
  verdict: {
    code: "better",
    figures: {},
    messages: words("旅程让转化率提高了 6.0 个百分点。", "The journey added 6.0 points to the conversion rate."),
    variant: "",
  },
};
