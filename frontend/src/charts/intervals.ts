/** Values with their intervals on one scale: a point, and whiskers to both ends. */

import { escaped, nameAxis, type Option, valueAxis } from "./frame";
import type { Inks } from "./inks";

export interface Spread {
  name: string;
  value: number;
  low: number;
  high: number;
  /** good, bad: the whole interval lies on one side of nothing. */
  tone?: "good" | "bad" | "plain";
}

const TICKS = 5;
const STEPS = [1, 2, 2.5, 5, 10];

/** Ends of an axis that all intervals lie within, on round numbers; with `origin`, nothing itself is on it as well. */
export function intervalScale(
  spreads: readonly Pick<Spread, "low" | "high">[],
  origin: boolean,
): { min: number; max: number; step: number } {
  const ends = spreads.flatMap(({ low, high }) => [low, high]).filter(Number.isFinite);
  if (origin) ends.push(0);
  if (ends.length === 0) return { min: 0, max: 1, step: 0.25 };
  const [least, most] = [Math.min(...ends), Math.max(...ends)];
  const span = most - least || Math.abs(most) || 1;
  const rough = span / (TICKS - 1);
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = (STEPS.find((each) => each * magnitude >= rough) ?? 10) * magnitude;
  const down = Math.floor(least / step) * step;
  const up = Math.ceil(most / step) * step;
  return { min: round(down), max: round(up === down ? down + step : up), step: round(step) };
}

/** Without the dust of binary fractions, which an axis would write out. */
const round = (value: number) => Number(value.toPrecision(12));

export function sided(low: number | null, high: number | null): "good" | "bad" | "plain" {
  if (low !== null && low > 0) return "good";
  return high !== null && high < 0 ? "bad" : "plain";
}

interface Api {
  value: (dimension: number) => number;
  coord: (at: [number, number]) => [number, number];
}

const WHISKER = 7;
const DOT = 6;

export function intervalPlot(
  inks: Inks,
  spreads: readonly Spread[],
  { worded, origin }: { worded: (value: number) => string; origin: boolean },
): Option {
  const { min, max, step } = intervalScale(spreads, origin);
  const inkOf = (place: number) => {
    const tone = spreads[place]?.tone;
    return tone === "good" ? inks.good : tone === "bad" ? inks.bad : inks.brand;
  };
  const draw = (_: unknown, api: Api) => {
    const place = api.value(0);
    const [x, y] = api.coord([api.value(1), place]);
    const [low] = api.coord([api.value(2), place]);
    const [high] = api.coord([api.value(3), place]);
    const stroke = inkOf(place);
    const line = (x1: number, y1: number, x2: number, y2: number) => ({
      type: "line",
      shape: { x1, y1, x2, y2 },
      style: { stroke, lineWidth: 2 },
    });
    return {
      type: "group",
      children: [
        line(low, y, high, y),
        line(low, y - WHISKER, low, y + WHISKER),
        line(high, y - WHISKER, high, y + WHISKER),
        { type: "circle", shape: { cx: x, cy: y, r: DOT }, style: { fill: stroke } },
      ],
    };
  };
  return {
    grid: { left: 8, right: 28, top: 12, bottom: 8, containLabel: true },
    tooltip: {
      formatter: ({ data: [place, value, low, high] }: { data: [number, number, number, number] }) =>
        `${escaped(spreads[place]?.name ?? "")} <b>${worded(value)}</b> [${worded(low)}, ${worded(high)}]`,
    },
    xAxis: { ...valueAxis(inks, worded), min, max, interval: step },
    yAxis: {
      ...nameAxis(
        inks,
        spreads.map(({ name }) => name),
        { width: 170 },
      ),
      inverse: true,
    },
    series: [
      {
        type: "custom",
        renderItem: draw,
        data: spreads.map(({ value, low, high }, place) => [place, value, low, high]),
        encode: { x: [1, 2, 3], y: 0 },
      },
    ],
  };
}
