import dayjs from "dayjs";
import { expect, test } from "vitest";
import type { PlayParameter } from "@/api/listing";
import type { Simulation } from "@/api/types";
import { INVENTED, newScript, type Person, requestOf, scriptedPerson } from "@/features/canvas/script";
import { elapsed, messagesBy, momentOf, momentsOf, nextDecision, previousDecision } from "@/features/canvas/testSteps";
import { initialOf, parametersOf } from "@/features/plays/parameters";

const at = (minute: number) => new Date(Date.UTC(2026, 2, 2, 2, minute)).toISOString();
const event = (seq: number, minute: number, kind: string, node = "n") => ({
  seq,
  at: at(minute),
  kind,
  node,
  data: {},
  text: "",
});
const events = [
  event(1, 0, "enrolled"),
  event(2, 0, "node_entered"),
  event(3, 0, "wait_started"),
  event(4, 30, "wait_ended"),
  event(5, 30, "message_requested"),
  event(6, 31, "message_updated"),
  event(7, 31, "completed"),
];

test("moments are the instants at which something happened", () => {
  const moments = momentsOf(events);
  expect(moments.map(({ index }) => index)).toEqual([2, 4, 6]);
  expect(events.map((_, index) => momentOf(moments, index))).toEqual([0, 0, 0, 1, 1, 2, 2]);
});

test("a step goes to the next decision, past what is only movement, and ends at the end", () => {
  expect([0, 2, 5, 6].map((index) => nextDecision(events, index))).toEqual([2, 3, 6, 6]);
  expect([6, 2, 0].map((index) => previousDecision(events, index))).toEqual([5, 0, 0]);
});

test("the phone holds what has come by the moment that is looked at", () => {
  const message = {
    at: at(30),
    node: "n",
    channel: "sms",
    rendered: { text: "hi", params: {} },
    state: "accepted",
    reason: "",
  };
  const simulation = { status: "completed", events, messages: [message] } as Simulation;
  expect([0, 3, 4, 6].map((index) => messagesBy(simulation, index).length)).toEqual([0, 0, 1, 1]);
});

test("time since the entry is told in whole units", () => {
  expect(elapsed(at(0), at(24 * 60 + 90))).toEqual({ days: 1, hours: 1, minutes: 30 });
});

test("a real person brings attributes, tags, consents and history into the script", () => {
  const person = {
    id: "0195",
    attributes: { city: "上海", age: 30, pets: ["cat"] },
    tags: { vip: true },
    consents: [
      { channel: "sms", purpose: "marketing", status: "granted" },
      { channel: "call", purpose: "marketing", status: "withdrawn" },
    ],
    identities: [{ type: "phone", value: "138****0000", created_at: at(0) }],
    timeline: {
      results: [
        { id: "1", at: at(0), kind: "event", name: "order_paid", data: { properties: { amount: 9 } } },
        { id: "2", at: at(0), kind: "consent", name: "sms", data: {} },
      ],
    },
  } as unknown as Person;
  const script = {
    ...newScript({ schema_version: 1, nodes: [], edges: [], settings: {} }, "UTC"),
    ...scriptedPerson(person),
  };
  const { profile } = requestOf(script, { schema_version: 1, nodes: [], edges: [], settings: {} }, "UTC");
  expect(profile).toEqual({
    id: "0195",
    attributes: { city: "上海", age: 30 },
    identities: { phone: "138****0000" },
    tags: ["vip"],
    consents: [{ channel: "sms", purpose: "marketing", status: "granted" }],
    history: [{ at: at(0), name: "order_paid", properties: { amount: 9 } }],
  });
});

test("an invented person can be reached by every channel and has agreed to those that the graph sends by", () => {
  const send = { id: "s", type: "send", name: "", config: { channel: "call" }, position: { x: 0, y: 0 } };
  const script = newScript({ schema_version: 1, nodes: [send], edges: [], settings: {} }, "UTC");
  expect(script.consents).toEqual(["sms", "call"]);
  expect(script.identities).toBe(INVENTED);
});

test("a play's parameters are shown as the workspace's wall clock and told as instants", () => {
  const one = (key: string, kind: PlayParameter["kind"], value: number | string) =>
    ({ key, kind, label: key, default: value, min: null, max: null, unit: null, choices: [] }) satisfies PlayParameter;
  const parameters = [
    one("days", "number", 7),
    one("time", "time", "10:30"),
    one("at", "instant", "2026-03-09T02:00:00+00:00"),
  ];
  const shown = initialOf(parameters, "Asia/Shanghai");
  expect(shown.at).toBe("2026-03-09T10:00");
  expect(dayjs.isDayjs(shown.time)).toBe(true);
  expect(parametersOf(parameters, shown, "Asia/Shanghai")).toEqual({
    days: 7,
    time: "10:30",
    at: "2026-03-09T10:00:00+08:00",
  });
});
