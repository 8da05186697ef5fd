/** Which contact a conversion is owed to, by each model. */

import { queryOptions } from "@tanstack/react-query";
import { ask } from "./ask";
import { type ReviewFilters, reviewPart } from "./review";
import type { Schemas } from "./types";

export const GROUPINGS = ["channel", "journey", "node", "template"] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** How long before the conversion a message may have arrived. */
export const WINDOWS = ["P1D", "P7D", "P14D", "P30D", "P90D"] as const;
export type LookBack = (typeof WINDOWS)[number];

export type CreditedRow = Schemas["AttributionRow"];

/** Of one journey or of all. */
export type AttributionAnswer = Schemas["Attributed"];

export const attributionQuery = (journey: string, filters: ReviewFilters, by: Grouping, window: LookBack) =>
  reviewPart<AttributionAnswer>(journey, "attribution", filters, { by, window });

/** The same over all journeys. */
export const attributionAcrossQuery = (filters: ReviewFilters, by: Grouping, window: LookBack) =>
  queryOptions({
    queryKey: ["review", "attribution", filters, by, window],
    queryFn: () => ask<AttributionAnswer>("get", "review/attribution/", { query: { ...filters, by, window } }),
    staleTime: 30_000,
  });
