/** What every answer of the review has in common: what narrows it, how fresh it is, and by which definition it counts. */

import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { language } from "@/i18n";
import { ask } from "./ask";
import type { Schemas } from "./types";

/** Kept in the address of a page under the same names: dates in the workspace's zone, `version` as its number, `variant` as node:variant, `attribute` as key:value. */
export const REVIEW_FILTERS = ["since", "until", "version", "variant", "channel", "segment", "attribute"] as const;
export type ReviewFilter = (typeof REVIEW_FILTERS)[number];
export type ReviewFilters = Partial<Record<ReviewFilter, string>>;

/** A decimal text in one currency: amounts of different ones are never added. */
export type Money = Schemas["Money"];

export type Texts = Partial<Record<string, string>>;

/** How something odd in the data was treated. */
export type ReviewNote = Schemas["Note"];

/** A goal as the graph of a version has it. */
export interface DefinedGoal {
  id: string;
  name?: string;
  event?: string | null;
  window?: string | null;
  value?: string | null;
  primary?: boolean;
}

/** The goals and the rules of credit that the figures go by. */
export interface ReviewDefinition extends Omit<Schemas["Definition"], "goals" | "rules"> {
  goals: readonly DefinedGoal[];
  /** `credit`: whose an order is that several runs could claim; `repeats`: how often a run can meet a goal. */
  rules: { credit: string; repeats: string };
}

/** What all of them have; `as_of`: what was committed before is in the figures, null: nothing has been read yet. */
export type ReviewAnswer = Pick<Schemas["Funnel"], "as_of" | "stale" | "notes">;

/** Figures are read again while they are being brought up to date, else when somebody asks. */
const SETTLING_MS = 3_000;

/** One call of a journey's review: `review/{part}/`. */
export function reviewPart<Answer extends object>(
  journey: string,
  part: string,
  filters: ReviewFilters,
  more: Record<string, string | undefined> = {},
) {
  return queryOptions({
    // Texts of the server come in the language of the request.
    queryKey: ["review", journey, part, filters, more, language()],
    queryFn: () =>
      ask<Answer>("get", `journeys/${journey}/review/${part ? `${part}/` : ""}`, { query: { ...filters, ...more } }),
    refetchInterval: ({ state }) => ((state.data as Partial<ReviewAnswer> | undefined)?.stale ? SETTLING_MS : false),
    staleTime: 30_000,
    placeholderData: keepPreviousData,
  });
}

/** Asks for the figures to be brought up to date now; they are when no answer is `stale` any more. */
export const refreshReview = (journey: string) => ask<unknown>("post", `journeys/${journey}/review/refresh/`);

export const definitionQuery = (journey: string) =>
  queryOptions({
    queryKey: ["review", journey, "definition"],
    queryFn: () => ask<ReviewDefinition>("get", `journeys/${journey}/review/definition/`),
    staleTime: 60_000,
  });
