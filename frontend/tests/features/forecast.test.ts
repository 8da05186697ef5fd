import { describe, expect, test } from "vitest";
import type { Graph } from "@/canvas/core/graph";
import { eventsAwaited, newForm, requestOf } from "@/features/forecast/request";
import { bucketKey, ceilingOf, channelsOf, peopleLines, sendsBy } from "@/features/forecast/series";

const SHANGHAI = "Asia/Shanghai";
const row = (at: string, channel: string, allowed: number, held = 0, blocked = 0) => ({
  at,
  channel,
  allowed,
  held,
  blocked,
});

const graph: Graph = {
  schema_version: 1,
  nodes: [
    { id: "n1", type: "trigger", config: { kind: "api" }, position: { x: 0, y: 0 } },
    { id: "n2", type: "wait_event", config: { any: [{ id: "e1", event: "order_paid" }] }, position: { x: 0, y: 0 } },
  ],
  edges: [],
  settings: {
    goals: [
      { id: "g1", name: "", event: "order_paid" },
      { id: "g2", name: "", event: "signed" },
    ],
  },
};

describe("what is asked of a forecast", () => {
  test("starts with the events that the journey looks out for, each once", () => {
    expect(eventsAwaited(graph)).toEqual(["order_paid", "signed"]);
  });

  test("shares are probabilities, and what is left empty is left out", () => {
    const form = { ...newForm(graph), events: [{ name: "order_paid", percent: 12.5, after: "P1D" }] };
    form.events.push({ name: "", percent: 1, after: "P1D" });
    expect(requestOf(form, SHANGHAI)).toEqual({
      days: 30,
      audience: {},
      assumptions: {
        events: [{ name: "order_paid", probability: 0.125, after: "P1D" }],
        receipts: [{ channel: "sms", outcome: "delivered", probability: 0.95, after: "PT1M" }],
      },
      from_past: false,
    });
    expect(requestOf({ ...form, start: "2026-03-02T10:00", segment: "s1", sample: 500 }, SHANGHAI)).toMatchObject({
      start: "2026-03-02T10:00:00+08:00",
      audience: { segment: "s1", sample: 500 },
    });
    const tasks = [{ outcome: "done" as const, percent: 80, after: "PT4H" }];
    expect(requestOf({ ...form, perDay: 250, tasks }, SHANGHAI).assumptions).toMatchObject({
      tasks: [{ outcome: "done", probability: 0.8, after: "PT4H" }],
      arrivals: { per_day: 250 },
    });
  });
});

describe("sends over time", () => {
  const sends = [
    row("2026-03-02T17:00:00Z", "sms", 5),
    row("2026-03-02T15:00:00Z", "sms", 3, 1, 2),
    row("2026-03-02T15:00:00Z", "email", 7),
  ];

  test("are by the day of the zone, not of UTC", () => {
    expect(sendsBy(sends, "day", SHANGHAI).map(({ key, parts }) => [key, parts])).toEqual([
      ["2026-03-02", { allowed: 10, held: 1, blocked: 2 }],
      ["2026-03-03", { allowed: 5, held: 0, blocked: 0 }],
    ]);
  });

  test("are of one channel when one is chosen", () => {
    expect(sendsBy(sends, "hour", SHANGHAI, "email").map(({ key, parts }) => [key, parts.allowed])).toEqual([
      ["2026-03-02 23:00", 7],
    ]);
    expect(channelsOf(sends)).toEqual(["email", "sms"]);
  });

  test("a day or an hour without sends has its place", () => {
    const far = [row("2026-03-02T15:00:00Z", "sms", 1), row("2026-03-05T01:00:00Z", "sms", 2)];
    expect(sendsBy(far, "day", SHANGHAI).map(({ key, parts }) => [key, parts.allowed])).toEqual([
      ["2026-03-02", 1],
      ["2026-03-03", 0],
      ["2026-03-04", 0],
      ["2026-03-05", 2],
    ]);
    expect(sendsBy(far, "hour", SHANGHAI)).toHaveLength(59);
    expect(sendsBy([], "day", SHANGHAI)).toEqual([]);
  });

  test("midnight is the hour 00", () => {
    expect(bucketKey(Date.parse("2026-03-02T16:00:00Z"), "hour", SHANGHAI)).toBe("2026-03-03 00:00");
  });
});

test("lines show the nodes with most people, with nobody where the forecast says nothing", () => {
  const { days, lines } = peopleLines(
    [
      { at: "2026-03-02T00:00:00Z", node: "n1", people: 3 },
      { at: "2026-03-03T00:00:00Z", node: "n2", people: 9 },
      { at: "2026-03-03T00:00:00Z", node: "n3", people: 0 },
    ],
    8,
  );
  expect(days).toHaveLength(2);
  expect(lines).toEqual([
    { node: "n2", values: [0, 9] },
    { node: "n1", values: [3, 0] },
  ]);
});

test.each([
  [0, 1],
  [1, 1],
  [7, 10],
  [12_840, 20_000],
])("an axis for %i ends at %i", (highest, top) => {
  expect(ceilingOf(highest)).toBe(top);
});
