/** The workspace's own rules as a form holds them, and as they go to the server. */

import dayjs, { type Dayjs } from "dayjs";
import type { Cap, OwnHours, OwnRules } from "@/api/channels";

export interface RulesValues {
  hours: { channel: string; from: string; to: string }[];
  closed_days: Dayjs[];
  caps: { id: string; most: number; hours: number; channels: string[]; purposes: string[]; tags: string[] }[];
}

export function rulesValues(rules: OwnRules): RulesValues {
  return {
    hours: (rules.hours ?? []).map(({ channel, from, to }) => ({ channel: channel ?? "", from, to })),
    closed_days: (rules.closed_days ?? []).map((day) => dayjs(day)),
    caps: (rules.caps ?? []).map(({ id, most, hours, channels, purposes, tags }) => ({
      id,
      most,
      hours,
      channels: channels ?? [],
      // What the server takes when purposes are left out.
      purposes: purposes ?? ["marketing"],
      tags: tags ?? [],
    })),
  };
}

export function rulesOf({ hours, closed_days, caps }: RulesValues): OwnRules {
  return {
    hours: hours.map(({ channel, from, to }): OwnHours => ({ channel: channel ?? "", from, to })),
    closed_days: [...new Set(closed_days.map((day) => day.format("YYYY-MM-DD")))].sort(),
    caps: caps.map(
      ({ id, most, hours: window, channels, purposes, tags }): Cap => ({
        id,
        most,
        hours: window,
        channels: channels ?? [],
        purposes: purposes ?? [],
        tags: tags ?? [],
      }),
    ),
  };
}

const LONGEST_RANGE = 31;

/** Each day from one to the other; at most a month, so that a slip of the mouse closes no year. */
export function daysBetween(first: Dayjs, last: Dayjs): Dayjs[] {
  const count = Math.min(last.diff(first, "day") + 1, LONGEST_RANGE);
  return Array.from({ length: Math.max(0, count) }, (_, index) => first.add(index, "day"));
}

/** Names for caps that nobody has to invent: `cap-1`, `cap-2`, the first that is free. */
export function freeCapId(caps: readonly { id?: string }[]): string {
  const used = new Set(caps.map(({ id }) => id));
  let number = 1;
  while (used.has(`cap-${number}`)) number += 1;
  return `cap-${number}`;
}
