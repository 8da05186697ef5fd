/** A test run as moments of virtual time that can be stepped through. */

import type { Simulation, StreamEvent } from "@/api/types";

/** What the engine decided, or what came from outside: where somebody who steps wants to stop. */
const DECISIONS: ReadonlySet<string> = new Set([
  "enrolled",
  "held_out",
  "wait_started",
  "wait_ended",
  "event_matched",
  "branch_taken",
  "variant_assigned",
  "message_requested",
  "message_blocked",
  "message_updated",
  "task_created",
  "task_closed",
  "profile_updated",
  "webhook_called",
  "goal_reached",
  "converted",
  "step_failed",
  "exited",
  "completed",
]);

export interface Moment {
  at: string;
  /** The last event of this instant. */
  index: number;
}

/** Every instant at which something happened. */
export function momentsOf(events: readonly StreamEvent[]): Moment[] {
  const moments: Moment[] = [];
  for (const [index, { at }] of events.entries()) {
    const last = moments.at(-1);
    if (last && Date.parse(last.at) === Date.parse(at)) last.index = index;
    else moments.push({ at, index });
  }
  return moments;
}

/** The next decision after `from`, or the end. */
export function nextDecision(events: readonly StreamEvent[], from: number): number {
  const next = events.findIndex(({ kind }, index) => index > from && DECISIONS.has(kind));
  return next === -1 ? events.length - 1 : next;
}

/** The decision before `from`, or the beginning. */
export function previousDecision(events: readonly StreamEvent[], from: number): number {
  return Math.max(
    events.findLastIndex(({ kind }, index) => index < from && DECISIONS.has(kind)),
    0,
  );
}

/** The moment that an event belongs to. */
export function momentOf(moments: readonly Moment[], index: number): number {
  return Math.max(
    moments.findIndex((moment) => index <= moment.index),
    0,
  );
}

/** How much virtual time has passed since the beginning, in its largest whole units. */
export function elapsed(from: string, to: string): { days: number; hours: number; minutes: number } {
  const minutes = Math.max(Math.floor((Date.parse(to) - Date.parse(from)) / 60_000), 0);
  return { days: Math.floor(minutes / 1440), hours: Math.floor((minutes % 1440) / 60), minutes: minutes % 60 };
}

/** The messages that the person has by the event at `index`; a message is there from its own request on. */
export function messagesBy({ events, messages }: Simulation, index: number): Simulation["messages"] {
  const requested = events.slice(0, index + 1).filter(({ kind }) => kind === "message_requested").length;
  const blocked = events.slice(0, index + 1).filter(({ kind }) => kind === "message_blocked").length;
  const now = Date.parse(events[index]?.at ?? "");
  // Messages stand in the order of their requests; one that is held comes later than it was asked for.
  return messages
    .slice(0, requested + blocked)
    .filter(({ at }) => Date.parse(at) <= now || index === events.length - 1);
}
