import dayjs from "dayjs";
import i18next from "i18next";
import { expect, test } from "vitest";
import type { AccountRow, Alert, FormField, Provider, QuotaUses, Stop } from "@/api/channels";
import { ApiError } from "@/api/errors";
import {
  blankAccount,
  changedAccount,
  drawSecret,
  isLocal,
  newAccount,
  settingsOf,
} from "@/features/channels/accountForm";
import { accountState } from "@/features/channels/accountState";
import { fieldRule, fieldsOf } from "@/features/channels/fieldsOf";
import { daysBetween, freeCapId, rulesOf, rulesValues } from "@/features/channels/ownRules";
import { capText } from "@/features/channels/ruleWords";
import { runsOutSoon } from "@/features/channels/soon";
import { BLANK, templateFields } from "@/features/channels/templateForm";
import { vendorAnswer } from "@/features/channels/vendorAnswer";
import { windowText } from "@/features/channels/words";

const NOW = Date.parse("2026-03-02T02:00:00Z");
const t = i18next.t.bind(i18next);

const field = (name: string, kind: FormField["kind"]) => ({ name, kind }) as FormField;
const provider = {
  name: "sms.aliyun",
  base_url: "https://dysmsapi.aliyuncs.com",
  simulator_url: "http://127.0.0.1:8100",
  channels: ["sms"],
  settings: [field("sign_name", "text"), field("variable_length", "number"), field("calling_numbers", "texts")],
} as unknown as Provider;

function account(fields: Partial<AccountRow> = {}): AccountRow {
  return {
    id: "a1",
    key: "sms",
    name: "短信",
    channels: ["sms"],
    enabled: true,
    paused_until: null,
    ...fields,
  } as AccountRow;
}

test("settings go to the server without blanks, with numbers as numbers, and with what the form does not know", () => {
  const values = { sign_name: " 知途 ", variable_length: "20", calling_numbers: [], region: "", retry: { count: 1 } };
  expect(settingsOf(provider.settings, values)).toEqual({
    sign_name: "知途",
    variable_length: 20,
    retry: { count: 1 },
  });
});

test("secrets are sent whole where they are replaced, and not at all where they stay", () => {
  const values = { ...blankAccount(provider), name: "主", key: "sms", credentials: { a: " x ", b: "" } };
  expect(newAccount(provider, values).credentials).toEqual({ a: "x" });
  expect(changedAccount(provider, values, false)).not.toHaveProperty("credentials");
  expect(changedAccount(provider, values, false)).not.toHaveProperty("key");
  expect(changedAccount(provider, values, true).credentials).toEqual({ a: "x" });
});

test("a secret that is drawn has the shape that its vendor takes, and is never the same", () => {
  expect(drawSecret("aes_key")).toMatch(/^[A-Za-z0-9]{43}$/);
  expect(drawSecret("token")).toMatch(/^[A-Za-z0-9]{24}$/);
  expect(atob(drawSecret("signing").replace("whsec_", ""))).toHaveLength(32);
  expect(drawSecret("aes_key")).not.toBe(drawSecret("aes_key"));
});

test("an address of this machine is told from one that vendors reach", () => {
  expect(["http://127.0.0.1:8000", "smtp://localhost:25", "http://[::1]:1"].map(isLocal)).toEqual([true, true, true]);
  expect(["https://t.example.com", "https://127.example.com", "", "x"].map(isLocal)).toEqual([
    false,
    false,
    false,
    false,
  ]);
});

test("an account's state is the gravest thing about it", () => {
  const calm = { stops: [], alerts: [], now: NOW };
  const alerts = [{ subject: "a1" } as Alert];
  const later = new Date(NOW + 60_000).toISOString();
  expect(accountState(account(), calm)).toBe("on");
  expect(accountState(account({ paused_until: later }), calm)).toBe("resting");
  expect(accountState(account({ paused_until: new Date(NOW - 1).toISOString() }), calm)).toBe("on");
  expect(accountState(account({ paused_until: later }), { ...calm, alerts })).toBe("alert");
  expect(accountState(account(), { ...calm, alerts, stops: [{ channel: "" } as Stop] })).toBe("stopped");
  expect(accountState(account(), { ...calm, stops: [{ channel: "call" } as Stop] })).toBe("on");
  expect(accountState(account({ enabled: false }), { ...calm, alerts })).toBe("off");
});

test("an account of several channels is stopped only when all of them are", () => {
  const wecom = account({ channels: ["wecom_app", "wecom_customer"] });
  const stops = [{ channel: "wecom_app" } as Stop];
  expect(accountState(wecom, { stops, alerts: [], now: NOW })).toBe("on");
  stops.push({ channel: "wecom_customer" } as Stop);
  expect(accountState(wecom, { stops, alerts: [], now: NOW })).toBe("stopped");
});

test("the vendor's code says what can be done about a refusal", () => {
  const refusal = (detail: string) => new ApiError(409, { errors: [{ code: "provider_refused", detail, attr: null }] });
  const said = ["InvalidAccessKeyId.NotFound: x", "40164: ip", "isv.AMOUNT_NOT_ENOUGH: x", "never_sent: x", "99: x"];
  const hints = said.map((detail) => vendorAnswer(refusal(detail))?.hint);
  expect(hints).toEqual(["secret", "address", "money", "unreachable", "other"]);
  expect(vendorAnswer(new ApiError(403, { errors: [{ code: "permission_denied", detail: "no", attr: null }] }))).toBe(
    undefined,
  );
});

test("a WeChat text is shown as named fields", () => {
  expect(fieldsOf("您的订单已发货\n订单：A1\n商品: 茶 : 红\n\n")).toEqual([
    { label: "", value: "您的订单已发货" },
    { label: "订单", value: "A1" },
    { label: "商品", value: "茶 : 红" },
  ]);
});

test("a field of WeChat's tells what it may hold, by the template's word before its own name", () => {
  const settings = { fields: { thing2: ["待付款", "已付款"], keyword1: "amount" } };
  const rules = ["thing1", "thing2", "keyword1", "keyword3", "remark"].map((name) => fieldRule(name, settings));
  expect(rules).toEqual([{ type: "thing" }, { values: ["待付款", "已付款"] }, { type: "amount" }, {}, {}]);
});

test("windows are said as people say them", () => {
  const said = ["PT60S", "PT300S", "PT86400S", "PT172800S", "month", "PT90S"].map((one) => windowText(t, one));
  expect(said).toEqual(["1 分钟", "5 分钟", "24 小时", "2 天", "每个自然月", "90 秒"]);
});

test("own rules go round the form unchanged, with days sorted and each once", () => {
  const rules = {
    caps: [{ id: "daily", most: 2, hours: 24, channels: ["sms"], purposes: ["marketing"], tags: ["大促"] }],
    hours: [{ channel: "", from: "10:00", to: "20:00" }],
    closed_days: ["2027-02-06", "2027-02-07"],
  };
  expect(rulesOf(rulesValues(rules))).toEqual(rules);
  const values = rulesValues({ closed_days: ["2027-02-07", "2027-02-06", "2027-02-07"] });
  expect(rulesOf(values).closed_days).toEqual(["2027-02-06", "2027-02-07"]);
});

test("a cap without purposes counts marketing, as the server reads it", () => {
  expect(rulesValues({ caps: [{ id: "x", most: 1, hours: 1 }] }).caps[0]?.purposes).toEqual(["marketing"]);
});

test("a range is every day of it, and of a month at most", () => {
  expect(daysBetween(dayjs("2027-02-27"), dayjs("2027-03-01")).map((day) => day.format("MM-DD"))).toEqual([
    "02-27",
    "02-28",
    "03-01",
  ]);
  expect(daysBetween(dayjs("2027-01-01"), dayjs("2028-01-01"))).toHaveLength(31);
});

test("a new cap gets a name that is free", () => {
  expect(freeCapId([{ id: "cap-1" }, { id: "daily" }])).toBe("cap-2");
});

test("a cap is one sentence", () => {
  const cap = { most: 2, hours: 48, channels: ["sms"], purposes: ["marketing"], tags: ["大促"] };
  expect(capText(t, cap)).toBe("每位客户在任意 2 天 内最多收到 2 条营销消息（短信，标签：大促）");
  expect(capText(t, { most: null, hours: 24 })).toBe("");
});

test("settings of a template that have no field of their own stay", () => {
  const values = { ...BLANK, channel: "email", name: "月刊", subject: "新主题", body: "x", kind: "otp" };
  expect(templateFields(values, { subject: "旧", reply_to: "a@example.com" }).settings).toEqual({
    subject: "新主题",
    reply_to: "a@example.com",
  });
});

test("what runs out soon comes the gravest first, and a wall is not said to run out", () => {
  const rule = { channels: [], purposes: [], tags: [], window: "PT86400S", own: false, reference: "" };
  const uses = {
    at: new Date(NOW).toISOString(),
    people: [
      { ...rule, rule: "a", most: 5, full: 0, nearly: 2 },
      { ...rule, rule: "b", most: 5, full: 3, nearly: 2 },
      { ...rule, rule: "wall", most: 0, full: 9, nearly: 0 },
    ],
    windows: [{ rule: "w", window: "PT172800S", closing: 4 }],
    credits: [{ account: "a1", template_code: "T", template_name: "到货", left: 0, last_one: 0 }],
    rates: [{ account: "a1", peak: 90, sent: 900 }],
    daily: [{ account: "a1", rule: "d", sent: 10, most: 100 }],
  } as unknown as QuotaUses;
  const soon = runsOutSoon({ uses, accounts: [account({ rate: 100 })], codes: [], now: NOW, ruleName: (name) => name });
  expect(soon.map(({ text, subject }) => `${text} ${subject}`)).toEqual([
    "full b",
    "noCredit 到货",
    "nearly a",
    "closing w",
    "rate 短信",
  ]);
});
