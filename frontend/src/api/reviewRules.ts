/** By what a workspace's reviews count: its rules, its costs, and the goals of one journey's review. */

import { queryOptions } from "@tanstack/react-query";
import type { Goal } from "@/canvas/core/graph";
import { ask } from "./ask";
import type { ReviewDefinition } from "./review";
import type { Schemas } from "./types";

export type ReviewRules = Schemas["ReviewRules"];
export type ReviewRulesChange = Schemas["PatchedReviewRulesChange"];
export type ReviewCosts = Schemas["Costs"];
export type ReviewCostsChange = Schemas["PatchedCostsChange"];

export const CREDIT_RULES = ["last_entry_before", "first_entry", "each"] as const satisfies ReviewRules["credit"][];
export const REPEAT_RULES = ["each", "once"] as const satisfies ReviewRules["repeats"][];

// Not below "review": figures are read again while somebody types here.
export const reviewRulesQuery = queryOptions({
  queryKey: ["review-rules"],
  queryFn: () => ask<ReviewRules>("get", "review/rules/"),
});

/** Throws ApiError `invalid_rules`, `event_not_unique` or what a field lacks; the field at fault is its `attr`. */
export const changeReviewRules = (changes: ReviewRulesChange) =>
  ask<ReviewRules>("patch", "review/rules/", { body: changes });

export const reviewCostsQuery = queryOptions({
  queryKey: ["review-costs"],
  queryFn: () => ask<ReviewCosts>("get", "review/costs/"),
});

/** Throws ApiError `invalid_costs` or what a field lacks; the field at fault is its `attr`. */
export const changeReviewCosts = (changes: ReviewCostsChange) =>
  ask<ReviewCosts>("patch", "review/costs/", { body: changes });

/** The review goes by these goals instead of the version's; what runs is not changed. Throws ApiError `invalid_goals`. */
export const putReviewGoals = (journey: string, goals: readonly Goal[]) =>
  ask<ReviewDefinition>("put", `journeys/${journey}/review/definition/`, { body: { goals } });

/** The review goes by the version's goals again. */
export const clearReviewGoals = (journey: string) => ask<void>("delete", `journeys/${journey}/review/definition/`);
