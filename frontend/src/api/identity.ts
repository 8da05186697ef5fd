/** Who is the same person: merges, and what waits for somebody's judgement. */

import { queryOptions } from "@tanstack/react-query";
import { ask } from "./ask";
import type { Page, Schemas } from "./types";

export type Member = Schemas["Member"];

export type Merge = Schemas["Merge"];

export type Conflict = Schemas["Conflict"];

export const CONFLICT_REASONS = [
  "shared_type",
  "one_per_person",
  "too_many_identities",
  "too_many_people",
  "kept_apart",
] as const;
export type Suggestion = Schemas["Suggestion"] & {
  /** By comparison: how alike the two are, and what that weighs. */
  explanation: Record<string, { level: number; weight: number }>;
};

export type MatchRun = Schemas["MatchRun"];

/** One person; a former id answers with whom it has become. */
export const personQuery = (id: string) =>
  queryOptions({
    queryKey: ["identities", "person", id],
    queryFn: () => ask<Schemas["Profile"]>("get", `profiles/${id}/`),
    retry: false,
  });

const paged = (cursor?: string) => ({ query: { cursor, page_size: 50 } });

/** Merges, newest first: those that led to one person, or all. */
export function mergesPage(person: string | undefined, cursor?: string): Promise<Page<Merge>> {
  return ask("get", person ? `profiles/${person}/merges/` : "merges/", paged(cursor));
}

/** Throws ApiError `already_undone`, or `merged_again` while the survivor is merged away. */
export function undoMerge(id: string, reason: string): Promise<Merge> {
  return ask("post", `merges/${id}/undo/`, { body: { reason } });
}

export function conflictsPage(cursor?: string): Promise<Page<Conflict>> {
  return ask("get", "identity-conflicts/", paged(cursor));
}

/** Says that two people are one, also against the rules of identities. */
export function mergeConflict(id: string): Promise<Merge> {
  return ask("post", `identity-conflicts/${id}/merge/`, { body: { force: true } });
}

export function dismissConflict(id: string): Promise<unknown> {
  return ask("post", `identity-conflicts/${id}/dismiss/`);
}

export function suggestionsPage(cursor?: string): Promise<Page<Suggestion>> {
  return ask("get", "match-suggestions/", paged(cursor));
}

export function acceptSuggestion(id: string): Promise<Merge> {
  return ask("post", `match-suggestions/${id}/accept/`, { body: {} });
}

export function rejectSuggestion(id: string): Promise<unknown> {
  return ask("post", `match-suggestions/${id}/reject/`);
}

/** The newest search; throws ApiError `matching_not_installed` or `matching_under_way` when another is asked for. */
export function newestRun(): Promise<MatchRun | undefined> {
  return ask<Page<MatchRun>>("get", "match-runs/", { query: { page_size: 1 } }).then((page) => page.results[0]);
}

export function searchMatches(): Promise<MatchRun> {
  return ask("post", "match-runs/", { body: {} });
}
