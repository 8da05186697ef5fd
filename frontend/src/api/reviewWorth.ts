/** What it cost and what came of it: money, people who came back, how they moved, messages, and all of it in sentences. */

import { type ReviewFilters, reviewPart } from "./review";
import type { Schemas } from "./types";

export type CostAnswer = Schemas["CostReview"];

export const costQuery = (journey: string, filters: ReviewFilters) => reviewPart<CostAnswer>(journey, "cost", filters);

export type RetentionAnswer = Schemas["RetentionReview"];

export const retentionQuery = (journey: string, filters: ReviewFilters) =>
  reviewPart<RetentionAnswer>(journey, "retention", filters);

export type SalesFactors = Schemas["SalesFactors"];

/** Null: in no class. */
export type ClassMove = Schemas["RfmMovement"]["moves"][number];

export type MovementAnswer = Schemas["MovementReview"];

export const movementQuery = (journey: string, filters: ReviewFilters) =>
  reviewPart<MovementAnswer>(journey, "movement", filters);

export type Fates = Schemas["Fates"];

export type NamedFates = Schemas["NamedFates"];

export type MessagesAnswer = Schemas["MessageReview"];

export const messageReviewQuery = (journey: string, filters: ReviewFilters) =>
  reviewPart<MessagesAnswer>(journey, "messages", filters);

/** `figure` is what the sentence rests on; its `source` the call that has it. */
export type Sentence = Schemas["Sentence"];

export type SummaryAnswer = Schemas["Summary"];

export const summaryQuery = (journey: string, filters: ReviewFilters) =>
  reviewPart<SummaryAnswer>(journey, "summary", filters);
