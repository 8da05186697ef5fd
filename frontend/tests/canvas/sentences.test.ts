import i18next from "i18next";
import { afterEach, describe, expect, test } from "vitest";
import type { Names } from "@/canvas/core/definition";
import type { Config } from "@/canvas/core/graph";
import type { Say } from "@/canvas/core/sentences";
import { KINDS, kindOf } from "@/canvas/nodes/registry";
import { speak } from "@/i18n";

const say: Say = (key, params) => i18next.t(key, params ?? {});
const names: Names = {
  goals: [{ id: "g1", name: "首购", event: "order_paid" }],
  template: (key) => (key === "welcome" ? "新客满减" : key),
  account: (key) => (key === "sms" ? "短信一号" : key),
  segment: (id) => (id === "s1" ? "高价值" : id),
  journey: (id) => (id === "j2" ? "复购" : id),
  time: (instant) => instant.slice(0, 16).replace("T", " "),
};
const sentence = (type: string, config: Config) => kindOf(type)?.definition.summary(config, say, names);

const window = { days: [1, 2, 3, 4, 5, 6, 7], from: "10:00", to: "21:00" };
const rule = {
  op: "and",
  args: [
    { op: "attribute", key: "city", cmp: "in", value: ["上海", "杭州"] },
    { op: "not", arg: { op: "event", name: "order_paid", cmp: "gte", value: 1, within: "P30D" } },
  ],
};

afterEach(() => speak("zh-CN"));

describe("a node reads as a sentence", () => {
  test.each([
    [
      "trigger",
      { kind: "event", event: "signup", where: [{ key: "amount", cmp: "gte", value: 100 }] },
      "发生 「signup」（amount ≥ 100） 时进入",
      'Enters when "signup" (amount ≥ 100) happens',
    ],
    [
      "split",
      { branches: [{ id: "b1", name: "", rule: { op: "not", arg: { op: "segment", id: "s1" } } }] },
      "如果 不满足（属于人群「高价值」）",
      'If not (is in the segment "高价值")',
    ],
    [
      "wait",
      { for: "P2D", window },
      "等待 2 天，之后在 10:00–21:00 内继续",
      "Wait 2 days, then continue within 10:00–21:00",
    ],
    [
      "wait",
      { window: { ...window, days: [1, 2, 3, 4, 5] } },
      "在工作日 10:00–21:00 内继续",
      "Continue weekdays within 10:00–21:00",
    ],
    [
      "trigger",
      { kind: "segment", segment: "s1", on: "leave" },
      "离开人群「高价值」时",
      'When people leave the segment "高价值"',
    ],
    [
      "trigger",
      { kind: "schedule", segment: "s1", cron: "0 10 * * 1" },
      "定时（0 10 * * 1），人群「高价值」",
      'The segment "高价值" by the schedule 0 10 * * 1',
    ],
    [
      "trigger",
      { kind: "date", attribute: "birthday", offset: "-P3D", time: "10:00", yearly: true },
      "每年 birthday 前 3 天 10:00",
      "3 days before birthday at 10:00, every year",
    ],
    ["wait", { until: "2026-03-02T10:00:00+08:00" }, "等到 2026-03-02 10:00", "Wait until 2026-03-02 10:00"],
    [
      "wait",
      { until_attribute: { key: "expires_at", offset: "-P7D" } },
      "等到 expires_at 前 7 天",
      "Wait until 7 days before expires_at",
    ],
    [
      "update",
      { set: { level: "gold", coupon: null }, tags_add: ["vip"] },
      "设置 level = gold，清除 coupon，打上标签 vip",
      "Set level = gold, clear coupon, add the tags vip",
    ],
    [
      "webhook",
      { method: "PUT", url: "https://erp.example.com/a?k=1" },
      "PUT erp.example.com/a",
      "PUT erp.example.com/a",
    ],
    ["enroll", { journey: "j2" }, "进入旅程「复购」", 'Enters the journey "复购"'],
    [
      "task",
      { content: "回访", due: "P1D" },
      "任务：回访，1 天内完成（交给专属导购）",
      "Task: 回访, within 1 day (to: Own staff)",
    ],
    ["wait", { for: "P1DT12H" }, "等待 1 天 12 小时", "Wait 1 day 12 hours"],
    [
      "wait_event",
      { any: [{ id: "e1", event: "order_paid" }], timeout: "P3D" },
      "等待 「order_paid」，最多 3 天",
      'Wait for "order_paid", at most 3 days',
    ],
    [
      "split",
      { branches: [{ id: "b1", name: "", rule }] },
      "如果 city 属于 上海、杭州 且 不满足（近 30 天内 「order_paid」 至少 1 次）",
      'If city is one of 上海, 杭州 and not ("order_paid" at least 1 time in the last 30 days)',
    ],
    [
      "ab",
      {
        variants: [
          { id: "a", name: "A", weight: 50 },
          { id: "b", name: "B", weight: 50 },
        ],
        control: "a",
      },
      "按比例分成 2 组，「A」为对照组",
      '2 variants by share, "A" is the control',
    ],
    ["send", { channel: "sms", template: "welcome" }, "发送短信「新客满减」", 'Send SMS "新客满减"'],
    [
      "send",
      {
        channel: "sms",
        account: "sms",
        template: "welcome",
        purpose: "marketing",
        on_blocked: "hold",
        expire_after: "PT6H",
      },
      "发送短信「新客满减」（经「短信一号」、营销、受阻时等到可发、6 小时内没发出就不发）",
      'Send SMS "新客满减" (by "短信一号", Marketing, held when blocked, not after 6 hours)',
    ],
    [
      "trigger",
      { kind: "event", event: "order_paid", key: "order_id" },
      "发生 「order_paid」 时进入（同一 order_id）",
      'Enters when "order_paid" happens (same order_id)',
    ],
    [
      "trigger",
      { kind: "segment", segment: "s1", on: "enter", backfill: true },
      "进入人群「高价值」时（含已在其中的人）",
      'When people enter the segment "高价值" (with those already inside)',
    ],
    [
      "wait",
      { until_attribute: { key: "expires_at", if_past: "exit", if_missing: "exit" }, timezone: "Asia/Tokyo" },
      "等到 expires_at（已过期则离开、没有该日期则离开、Asia/Tokyo 时间）",
      "Wait until expires_at (leaves if it is past, leaves if there is none, Asia/Tokyo time)",
    ],
    [
      "wait_event",
      { any: [{ id: "e1", event: "order_paid", key: "order_id" }], look_back: "PT1H" },
      "等待 「order_paid」（同一 order_id）（回看 1 小时）",
      'Wait for "order_paid" (same order_id) (looking back 1 hour)',
    ],
    [
      "split",
      {
        branches: [
          { id: "b1", name: "会员", rule: { op: "tag", key: "vip" } },
          { id: "b2", name: "", rule: { op: "segment", id: "s1" } },
        ],
      },
      "按 2 组条件分流，先符合者先走；会员：有标签「vip」；b2：属于人群「高价值」",
      '2 branches, the first that matches; 会员: has the tag "vip"; b2: is in the segment "高价值"',
    ],
    [
      "ab",
      {
        variants: [
          { id: "a", name: "A", weight: 50 },
          { id: "b", name: "B", weight: 50 },
        ],
        assign: "enrollment",
        winner: { after: "P7D", min_people: 200, goal: "g1", confidence: 0.95, fallback: "b" },
      },
      "按比例分成 2 组（每次进入重新分组），7 天后按「首购」选出优胜（至少 200 人、置信度 95%、选不出则走「B」）",
      '2 variants by share (anew for each entry), a winner by "首购" after 7 days (at least 200 people, 95% confidence, else "B")',
    ],
    [
      "task",
      { content: "回访", due: "P1D", assignee: "zhang", remind: "PT4H", materials: ["https://a"] },
      "任务：回访，1 天内完成（交给指定导购 zhang、到期前 4 小时提醒、附 1 份素材）",
      "Task: 回访, within 1 day (to: One of staff zhang, reminder 4 hours before, with 1 material)",
    ],
    [
      "webhook",
      { method: "POST", url: "https://a.cn/b", timeout: "PT10S", save_as: "coupon" },
      "POST a.cn/b（最多等 10 秒、答复存为 coupon）",
      "POST a.cn/b (at most 10 seconds, answer kept as coupon)",
    ],
    [
      "enroll",
      { journey: "j2", properties: { amount: "1", city: "2" } },
      "进入旅程「复购」（带上 amount、city）",
      'Enters the journey "复购" (with amount, city)',
    ],
    ["goal", { goal: "g1" }, "达成目标「首购」", 'Reaches the goal "首购"'],
    ["exit", { reason: "已购买" }, "离开旅程：已购买", "Leaves the journey: 已购买"],
  ])("%s %j", async (type, config, zh, en) => {
    expect(sentence(type, config)).toBe(zh);
    await speak("en");
    expect(sentence(type, config)).toBe(en);
  });

  test("an empty configuration is no reason to fail", () => {
    for (const { definition } of KINDS) expect(sentence(definition.type, {})).not.toContain("undefined");
  });
});
