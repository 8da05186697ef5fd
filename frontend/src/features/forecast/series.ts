/** A forecast's figures as the series that the charts draw. */

import type { ForecastResult, SendsAt } from "@/api/trial";

export type Grain = "hour" | "day";

export interface Bucket {
  /** The bucket's first instant of the data, in milliseconds. */
  at: number;
  /** What the bucket is called: a day of the zone, and an hour of it. */
  key: string;
  parts: Record<string, number>;
}

export const FATES = ["allowed", "held", "blocked"] as const;

const HOUR_MS = 3_600_000;
/** Short enough to come by every bucket, also where a day has 23 hours. */
const STRIDE_MS: Record<Grain, number> = { hour: HOUR_MS, day: 12 * HOUR_MS };

/** Tells an instant's wall-clock day, or day and hour, in a zone. */
function keyIn(grain: Grain, zone: string): (at: number) => string {
  const day = new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" });
  if (grain === "day") return (at) => day.format(at);
  const hour = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", hourCycle: "h23" });
  return (at) => `${day.format(at)} ${hour.format(at)}:00`;
}

export function bucketKey(at: number, grain: Grain, zone: string): string {
  return keyIn(grain, zone)(at);
}

/**
 * Sends by hour or day of the zone, stacked by what becomes of them; of one channel, or of all. From the first send to the last
 * no hour or day is left out: one without sends is as wide as any other.
 */
export function sendsBy(sends: readonly SendsAt[], grain: Grain, zone: string, channel?: string): Bucket[] {
  const keyOf = keyIn(grain, zone);
  const rows = sends
    .filter((row) => !channel || row.channel === channel)
    .map((row) => ({ ...row, when: Date.parse(row.at) }));
  const times = rows.map(({ when }) => when);
  const last = Math.max(...times);
  const buckets = new Map<string, Bucket>();
  const open = (at: number) => {
    const key = keyOf(at);
    const known = buckets.get(key);
    if (known) return known;
    const fresh: Bucket = { at, key, parts: { allowed: 0, held: 0, blocked: 0 } };
    buckets.set(key, fresh);
    return fresh;
  };
  for (let at = Math.min(...times); at <= last; at += STRIDE_MS[grain]) open(at);
  for (const row of rows) {
    const { parts } = open(row.when);
    for (const fate of FATES) parts[fate] = (parts[fate] ?? 0) + row[fate];
  }
  return [...buckets.values()].sort((a, b) => a.at - b.at);
}

export function channelsOf(sends: readonly SendsAt[]): string[] {
  return [...new Set(sends.map((row) => row.channel))].sort();
}

export interface Line {
  node: string;
  /** People at the node at each of `days`, 0 where the forecast has no row. */
  values: number[];
}

/** People at nodes over time: the nodes where most people are ever at once, most first. */
export function peopleLines(nodes: ForecastResult["nodes"], most: number): { days: string[]; lines: Line[] } {
  const days = [...new Set(nodes.map((row) => row.at))].sort();
  const place = new Map(days.map((day, index) => [day, index]));
  const byNode = new Map<string, number[]>();
  for (const { at, node, people } of nodes) {
    const values = byNode.get(node) ?? days.map(() => 0);
    values[place.get(at) ?? 0] = people;
    byNode.set(node, values);
  }
  const lines = [...byNode]
    .map(([node, values]) => ({ node, values }))
    .filter(({ values }) => values.some((value) => value > 0))
    .sort((a, b) => Math.max(...b.values) - Math.max(...a.values));
  return { days, lines: lines.slice(0, most) };
}

/** A round number at or above the highest value, for the top of an axis. */
export function ceilingOf(highest: number): number {
  if (highest <= 0) return 1;
  const magnitude = 10 ** Math.floor(Math.log10(highest));
  const step = [1, 2, 5, 10].find((each) => each * magnitude >= highest) ?? 10;
  return step * magnitude;
}
