/** A waterfall: what is left after each step stands on the ground, what the step took hangs from the one before. */

import { nameAxis, type Option, valueAxis } from "./frame";
import type { Inks } from "./inks";

export interface Step {
  key: string;
  /** Who came this far. */
  people: number;
  /** Who of the step before did not. */
  lost: number;
}

export interface Fallen extends Step {
  /** Where what was lost begins above the ground; it is as high as `lost`. */
  base: number;
  /** Of the first step's people. */
  share: number;
  /** Of those of the step before. */
  lostShare: number;
}

/** Where each step stands. A step that nobody is known of before it, the first, has lost nobody. */
export function fall(steps: readonly Step[]): Fallen[] {
  const all = Math.max(0, ...steps.slice(0, 1).map(({ people, lost }) => people + lost));
  return steps.map((step) => {
    const before = step.people + step.lost;
    return {
      ...step,
      base: step.people,
      share: all > 0 ? step.people / all : 0,
      lostShare: before > 0 ? step.lost / before : 0,
    };
  });
}

interface Words {
  left: string;
  lost: string;
  names: readonly string[];
  number: (value: number) => string;
}

const LOW = 0.08;

export function waterfall(inks: Inks, steps: readonly Fallen[], words: Words): Option {
  const label = (position: string, values: readonly number[]) => ({
    show: true,
    position,
    color: inks.text,
    formatter: ({ dataIndex }: { dataIndex: number }) => {
      const value = values[dataIndex] ?? 0;
      return value > 0 ? words.number(value) : "";
    },
  });
  const highest = Math.max(0, ...steps.map(({ people, lost }) => people + lost));
  return {
    grid: { left: 8, right: 16, top: 40, bottom: 8, containLabel: true },
    legend: { top: 0, left: 0, textStyle: { color: inks.text } },
    tooltip: {
      trigger: "axis",
      axisPointer: { type: "shadow" },
      valueFormatter: (value: unknown) => (typeof value === "number" ? words.number(value) : "–"),
    },
    xAxis: nameAxis(inks, words.names, { interval: 0, width: 64, overflow: "break" }),
    yAxis: valueAxis(inks, words.number),
    series: [
      {
        name: words.left,
        type: "bar",
        stack: "steps",
        barMaxWidth: 52,
        itemStyle: { color: inks.brand },
        // In a low bar there is room for its number only in the middle.
        data: steps.map(({ people }) =>
          people < highest * LOW ? { value: people, label: { position: "inside" } } : people,
        ),
        label: {
          ...label(
            "insideTop",
            steps.map(({ people }) => people),
          ),
          color: inks.sheet,
        },
        labelLayout: { hideOverlap: true },
      },
      {
        name: words.lost,
        type: "bar",
        stack: "steps",
        itemStyle: { color: inks.bad, opacity: 0.75, decal: { symbol: "line", rotation: 0.8, color: inks.sheet } },
        data: steps.map(({ lost }) => lost),
        label: label(
          "top",
          steps.map(({ lost }) => lost),
        ),
      },
    ],
  };
}
