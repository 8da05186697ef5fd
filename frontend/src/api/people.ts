/** One person and many: the list, the page about one, and what is changed there. */

import { queryOptions } from "@tanstack/react-query";
import { language } from "@/i18n";
import { ask } from "./ask";
import type { TagValue } from "./computed";
import type { JsonObject, Page, Schemas } from "./types";

export type Person = Schemas["Profile"];
export type Overview = Schemas["Overview"];
export type TimelineEntry = Schemas["TimelineEntry"];
export type PersonChange = Schemas["PersonChange"];
export type Run = Schemas["Enrollment"];
export type LedgerEntry = Schemas["LedgerEntry"];

export type TagAssignment = Schemas["TagAssignment"];

export const TIMELINE_KINDS = ["event", "message", "journey", "merge"] as const;
export type TimelineKind = (typeof TIMELINE_KINDS)[number];

const MANY = 200;

export interface PeopleFilters {
  search?: string;
  segment?: string;
  tag?: string;
}

export const peoplePage = (filters: PeopleFilters, cursor?: string) =>
  ask<Page<Person>>("get", "profiles/", { query: { ...filters, cursor, page_size: MANY } });

export const overviewQuery = (id: string) =>
  queryOptions({
    queryKey: ["person", id, "overview"],
    retry: false,
    queryFn: () => ask<Overview>("get", `profiles/${id}/overview/`, { query: { page_size: 1 } }),
  });

export const timelinePage = (id: string, kind: TimelineKind | undefined, cursor?: string) =>
  ask<Page<TimelineEntry>>("get", `profiles/${id}/timeline/`, { query: { kind, cursor, page_size: 50 } });

export const changesPage = (id: string, key: string | undefined, cursor?: string) =>
  ask<Page<PersonChange>>("get", `profiles/${id}/changes/`, { query: { key, cursor, page_size: 50 } });

/** The tags of one person with their sources; with `history`, also those that are over. */
export const tagsOfQuery = (id: string, history: boolean) =>
  queryOptions({
    queryKey: ["person", id, "tags", history],
    queryFn: () =>
      ask<Page<TagAssignment>>("get", "tag-assignments/", {
        query: { profile: id, history: String(history), page_size: 200 },
      }),
  });

export const runsOfQuery = (id: string) =>
  queryOptions({
    // Where somebody is, is told in the language of the request.
    queryKey: ["person", id, "runs", language()],
    queryFn: () => ask<Page<Run>>("get", "enrollments/", { query: { profile: id, page_size: 50 } }),
  });

export const ledgerQuery = (id: string) =>
  queryOptions({
    queryKey: ["person", id, "ledger"],
    queryFn: () => ask<Page<LedgerEntry>>("get", `profiles/${id}/consents/`, { query: { page_size: 100 } }),
  });

/** A merge patch of attributes (null removes), and tags by name (null takes one away). */
export const changePerson = (id: string, change: { attributes?: JsonObject; tags?: Record<string, TagValue> }) =>
  ask<Person>("patch", `profiles/${id}/`, { body: change });

/** Give a defined tag, which keeps who gave it and when it ends. */
export const giveTag = (tag: string, profile: string, value: TagValue, expires?: string) =>
  ask("post", `tags/${tag}/assign/`, {
    body: { profiles: [profile], ...(value === null ? {} : { value }), ...(expires ? { expires_at: expires } : {}) },
  });

export interface Said {
  channel: string;
  purpose: LedgerEntry["purpose"];
  status: LedgerEntry["status"];
  source: string;
  proof?: JsonObject;
}

export const recordConsent = (profile: string, said: Said) =>
  ask<LedgerEntry>("post", "consents/", { body: { profile, ...said } });

export const mergeWith = (id: string, other: string, reason: string, force: boolean) =>
  ask<Schemas["Merge"]>("post", `profiles/${id}/merge/`, { body: { profile: other, reason, force } });

export const leaveRun = (run: string) => ask<Run>("post", `enrollments/${run}/exit/`);
