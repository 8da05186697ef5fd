/** A forecast as its form holds it, and as it is asked for. */

import type { ForecastRequest } from "@/api/trial";
import type { Graph } from "@/canvas/core/graph";
import { instantIn } from "@/format/zoned";

export interface EventGuess {
  name: string;
  /** Of the people who come in. */
  percent: number;
  after: string;
}

export interface ReceiptGuess {
  channel: string;
  outcome: (typeof OUTCOMES)[number];
  /** Of the messages that go out. */
  percent: number;
  after: string;
}

export interface TaskGuess {
  outcome: (typeof TASK_ENDS)[number];
  /** Of the tasks that are given. */
  percent: number;
  after: string;
}

export interface Form {
  days: number;
  /** A wall-clock time of the workspace's zone; empty for now. */
  start: string;
  segment?: string;
  /** Null looks at everybody. */
  sample: number | null;
  fromPast: boolean;
  /** How many come in each day; null: the trigger says when, or all at the start. */
  perDay: number | null;
  tasks: TaskGuess[];
  events: EventGuess[];
  receipts: ReceiptGuess[];
}

export const OUTCOMES = [
  "accepted",
  "delivered",
  "read",
  "clicked",
  "replied",
  "failed",
  "expired",
  "unknown",
] as const;

/** What is not said of a task is overdue. */
export const TASK_ENDS = ["done", "failed"] as const;

const CHANNELS_BY_DEFAULT = "sms";

/** The events that a journey looks out for: the ones an operator may know a likelihood of. */
export function eventsAwaited(graph: Graph): string[] {
  const awaited = graph.nodes.flatMap(({ type, config }) => {
    if (type !== "wait_event" || !Array.isArray(config.any)) return [];
    return config.any.map((each: { event?: unknown }) => each.event);
  });
  const goals = (graph.settings.goals ?? []).map((goal) => goal.event);
  return [...new Set([...awaited, ...goals])].filter((name): name is string => typeof name === "string" && name !== "");
}

export function newForm(graph: Graph): Form {
  return {
    days: 30,
    start: "",
    sample: null,
    fromPast: false,
    perDay: null,
    tasks: [],
    events: eventsAwaited(graph).map((name) => ({ name, percent: 10, after: "P1D" })),
    receipts: [{ channel: CHANNELS_BY_DEFAULT, outcome: "delivered", percent: 95, after: "PT1M" }],
  };
}

export function newReceipt(channels: readonly string[]): ReceiptGuess {
  return { channel: channels[0] ?? CHANNELS_BY_DEFAULT, outcome: "delivered", percent: 95, after: "PT1M" };
}

export function requestOf(form: Form, zone: string): ForecastRequest {
  const { days, start, segment, sample, fromPast, perDay, tasks, events, receipts } = form;
  const share = (percent: number) => Math.round(percent * 1000) / 100_000;
  return {
    days,
    ...(start ? { start: instantIn(start, zone) } : {}),
    audience: { ...(segment ? { segment } : {}), ...(sample ? { sample } : {}) },
    assumptions: {
      events: events
        .filter((each) => each.name)
        .map(({ name, percent, after }) => ({ name, probability: share(percent), after })),
      receipts: receipts.map(({ percent, ...rest }) => ({ ...rest, probability: share(percent) })),
      ...(tasks.length > 0
        ? { tasks: tasks.map(({ percent, ...rest }) => ({ ...rest, probability: share(percent) })) }
        : {}),
      ...(perDay ? { arrivals: { per_day: perDay } } : {}),
    },
    from_past: fromPast,
  };
}
