/** What the form of a computed attribute or model says, as a definition of the API. */

import type { ComputedPath } from "@/api/computed";
import type { JsonObject } from "@/api/types";

export const FORMULAS = [
  "count",
  "sum",
  "avg",
  "min",
  "max",
  "distinct",
  "first",
  "last",
  "days_since",
  "favourite",
  "active_hour",
  "purchase_cycle",
] as const;
export const MODELS = ["rfm", "lifecycle", "clv"] as const;
export type What = (typeof FORMULAS)[number] | (typeof MODELS)[number];

const NEEDS: readonly What[] = ["sum", "avg", "min", "max", "distinct", "favourite", "rfm", "clv"];
const MAY: readonly What[] = ["first", "last"];
const WINDOWLESS: readonly What[] = ["lifecycle", "clv"];

export interface Fields {
  what: What;
  event: string;
  property: string;
  /** Days before now; null: ever. */
  days: number | null;
}

export const needsProperty = (what: What) => NEEDS.includes(what);
export const takesProperty = (what: What) => needsProperty(what) || MAY.includes(what);
export const takesWindow = (what: What) => !WINDOWLESS.includes(what);

export function pathOfWhat(what: What): ComputedPath {
  if (what === "rfm") return "rfm";
  return what === "lifecycle" || what === "clv" ? "models" : "computed-attributes";
}

export function isComplete({ what, event, property }: Fields): boolean {
  return event.trim() !== "" && (!needsProperty(what) || property.trim() !== "");
}

/** The definition; that of a lifecycle is its stages, which the server proposes. */
export function definitionOf({ what, event, property, days }: Fields): JsonObject {
  const isModel = (MODELS as readonly What[]).includes(what);
  const named = property.trim() !== "" && takesProperty(what);
  return {
    ...(isModel ? {} : { kind: what }),
    event: event.trim(),
    ...(named ? { [isModel ? "value" : "property"]: property.trim() } : {}),
    ...(days && takesWindow(what) ? { within: `P${days}D` } : {}),
  };
}
