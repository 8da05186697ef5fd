/** Bars beside each other, lying or standing, of one series or several. */

import { escaped, nameAxis, type Option, valueAxis } from "./frame";
import type { Inks } from "./inks";

export interface BarSeries {
  name: string;
  values: readonly (number | null)[];
  /** One of the named inks; by default the next of the series' colours. */
  ink?: "brand" | "good" | "bad" | "grey" | "warn";
}

interface Bars {
  names: readonly string[];
  series: readonly BarSeries[];
  worded: (value: number) => string;
  lying?: boolean;
}

const ROW = 34;
const AROUND = 44;

/** Pixels for lying bars, so that each has the same room however many there are. */
export const heightOf = (names: number, series = 1) => AROUND + names * Math.max(ROW, series * 16 + 10);

export function bars(inks: Inks, { names, series, worded, lying = false }: Bars): Option {
  const value = valueAxis(inks, worded);
  const category = nameAxis(inks, names, lying ? { width: 170 } : { interval: 0, width: 90 });
  return {
    grid: { left: 8, right: lying ? 70 : 16, top: series.length > 1 ? 36 : 12, bottom: 8, containLabel: true },
    legend:
      series.length > 1
        ? { top: 0, left: 0, textStyle: { color: inks.text }, itemWidth: 12, itemHeight: 12 }
        : undefined,
    tooltip: {
      trigger: "axis",
      axisPointer: { type: "shadow" },
      valueFormatter: (number: unknown) => (typeof number === "number" ? worded(number) : "–"),
    },
    ...(lying ? { xAxis: value, yAxis: { ...category, inverse: true } } : { xAxis: category, yAxis: value }),
    series: series.map(({ name, values, ink }) => ({
      name: escaped(name),
      type: "bar",
      data: [...values],
      barMaxWidth: 26,
      ...(ink ? { itemStyle: { color: inks[ink] } } : {}),
      label: {
        show: lying,
        position: "right",
        color: inks.text,
        formatter: ({ value: shown }: { value: unknown }) => (typeof shown === "number" ? worded(shown) : ""),
      },
    })),
  };
}

/** The same over time. */
export function lines(inks: Inks, { names, series, worded }: Bars): Option {
  return {
    grid: { left: 8, right: 24, top: 36, bottom: 8, containLabel: true },
    legend: { top: 0, left: 0, textStyle: { color: inks.text } },
    tooltip: {
      trigger: "axis",
      valueFormatter: (number: unknown) => (typeof number === "number" ? worded(number) : "–"),
    },
    xAxis: { ...nameAxis(inks, names), boundaryGap: false },
    yAxis: valueAxis(inks, worded),
    series: series.map(({ name, values, ink }) => ({
      name: escaped(name),
      type: "line",
      data: [...values],
      showSymbol: values.length < 40,
      ...(ink ? { itemStyle: { color: inks[ink] }, lineStyle: { color: inks[ink] } } : {}),
    })),
  };
}
