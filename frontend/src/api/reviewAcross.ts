/** All journeys beside each other. */

import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { ask } from "./ask";
import type { ReviewAnswer, ReviewFilters } from "./review";
import type { Schemas } from "./types";

export type OverviewRow = Schemas["OverviewRow"];

export interface OverviewAnswer extends Partial<ReviewAnswer> {
  journeys: readonly OverviewRow[];
}

export const overviewQuery = (filters: ReviewFilters) =>
  queryOptions({
    queryKey: ["review", "overview", filters],
    queryFn: () => ask<OverviewAnswer>("get", "review/overview/", { query: filters }),
    staleTime: 30_000,
    placeholderData: keepPreviousData,
  });
