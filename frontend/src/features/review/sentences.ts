/** The figures that a sentence rests on, as texts. Pure. */

import type { Format } from "@/format/useFormat";
import type { Tab } from "./tabs";
import { pointsOf, roiText, smallMoney } from "./words";

const SHARES = new Set(["share", "touched", "control"]);
// The number of a day and the hour of one are names.
const NAMES = new Set(["hour", "after"]);
const AMOUNT = /^-?\d+(\.\d+)?$/;

const TABS: Record<string, Tab> = {
  "review/funnel/": "overview",
  "review/messages/": "messages",
  "review/cost/": "cost",
  "review/retention/": "retention",
  "review/movement/": "movement",
};

/** On which tab a call's figures stand; `source` is the call that a sentence names. */
export const sourceTab = (source: unknown): Tab | undefined => TABS[String(source)];

/** `currency` is that of the sentence's amounts, which are decimal texts. */
export function figureText(key: string, value: unknown, currency: string, format: Format): string {
  if (typeof value === "string")
    return currency !== "" && AMOUNT.test(value) ? smallMoney(currency, value, format) : value;
  if (typeof value !== "number") return JSON.stringify(value);
  if (key === "points") return pointsOf(value, format.number);
  if (key === "roi") return roiText(value, format);
  if (SHARES.has(key)) return format.percent(value);
  return NAMES.has(key) ? String(value) : format.number(value);
}
