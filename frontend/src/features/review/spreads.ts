import type { Ends } from "@/api/reviewTests";
import { type Spread, sided } from "@/charts/intervals";

interface Row {
  name: string;
  /** null: there is nobody whose share it could be. */
  value: number | null;
  interval: Ends | null;
}

/** What can be drawn of values with intervals; `compared` colours them by their side of nothing. Pure. */
export function spreadsOf(rows: readonly Row[], compared = false): Spread[] {
  return rows.flatMap(({ name, value, interval }) =>
    value === null || interval === null
      ? []
      : [{ name, value, ...interval, tone: compared ? sided(interval.low, interval.high) : ("plain" as const) }],
  );
}
