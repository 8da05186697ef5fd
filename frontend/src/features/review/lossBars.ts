import type { LossBar } from "@/api/reviewLosses";
import type { Step } from "@/charts/waterfall";

/** The bars of which it is known how many passed them: of an event nobody knows who might have come in. Pure. */
export function knownBars(bars: readonly LossBar[]): Step[] {
  return bars.flatMap(({ key, people, lost }) => (people === null ? [] : [{ key, people, lost: lost ?? 0 }]));
}

/** Who converted without having passed every step before: the last bar does not count them. Those held out are no part of it. */
export const convertedBesides = (bars: readonly LossBar[]): number =>
  bars
    .flatMap(({ reasons }) => reasons)
    .filter(({ code }) => code !== "held_out")
    .reduce((sum, { converted }) => sum + converted, 0);
