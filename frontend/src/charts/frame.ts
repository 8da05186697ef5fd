/** What all charts look like: axes, grid lines, words under the pointer. */

import type { EChartsCoreOption } from "echarts/core";
import { FONTS } from "@/app/look";
import type { Inks } from "./inks";

const FONT_SIZE = 12;

/** Options as the library takes them; it checks them no further than this itself. */
export type Option = EChartsCoreOption;

export function frame(inks: Inks, option: Option): Option {
  return {
    textStyle: { color: inks.text, fontSize: FONT_SIZE, fontFamily: FONTS },
    color: [...inks.series],
    animationDuration: 300,
    ...option,
    tooltip: {
      confine: true,
      backgroundColor: inks.sheet,
      borderColor: inks.line,
      textStyle: { color: inks.text, fontSize: FONT_SIZE },
      ...(option.tooltip as object),
    },
  };
}

export function valueAxis(inks: Inks, worded: (value: number) => string) {
  return {
    type: "value",
    axisLabel: { color: inks.soft, formatter: worded, hideOverlap: true },
    splitLine: { lineStyle: { color: inks.line } },
  };
}

export function nameAxis(inks: Inks, names: readonly string[], more: object = {}) {
  return {
    type: "category",
    data: [...names],
    axisTick: { show: false },
    axisLine: { lineStyle: { color: inks.line } },
    axisLabel: { color: inks.text, overflow: "truncate", ...more },
  };
}

/** Tells of words that come from operators: the library sets what a tooltip says as HTML. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
