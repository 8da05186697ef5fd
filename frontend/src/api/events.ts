/** The catalogue of events, learned from those that came, and the items that could not be taken. */

import { queryOptions } from "@tanstack/react-query";
import { ask } from "./ask";
import type { JsonObject, Page, Schemas } from "./types";

export const VALUE_TYPES = ["text", "number", "boolean", "instant", "list", "object", "null"] as const;
export type ValueType = (typeof VALUE_TYPES)[number];

export type EventDefinition = Schemas["EventDefinition"];

export type EventProperty = Schemas["EventProperty"];

export type EventDetail = Schemas["EventDetail"];

export const REJECTED_STATES = ["open", "taken", "duplicate", "discarded"] as const;
export type RejectedState = (typeof REJECTED_STATES)[number];

export type RejectedEvent = Schemas["RejectedEvent"];

export type Reason = Schemas["RejectionCount"];

/** Which items: some by their ids, or all open ones of a reason. */
export interface Which {
  ids?: string[];
  code?: string;
}

export interface Replayed {
  taken: number;
  duplicates: number;
  failed: number;
  next: string | null;
}

export function cataloguePage(search: string, cursor?: string): Promise<Page<EventDefinition>> {
  return ask("get", "event-catalogue/", { query: { search: search || undefined, cursor, page_size: 50 } });
}

/** The names to complete an event's name with. */
export const eventNamesQuery = (search: string) =>
  queryOptions({
    queryKey: ["events", "names", search],
    queryFn: () =>
      ask<Page<EventDefinition>>("get", "event-catalogue/", {
        query: { search: search || undefined, hidden: "false", page_size: 50 },
      }),
    staleTime: 60_000,
    retry: false,
  });

export const eventQuery = (id: string) =>
  queryOptions({ queryKey: ["events", id], queryFn: () => ask<EventDetail>("get", `event-catalogue/${id}/`) });

/** The properties to complete a filter over an event of this name with; none for a name that never came. */
export const propertiesQuery = (name: string) =>
  queryOptions({
    queryKey: ["events", "properties", name],
    queryFn: async (): Promise<EventProperty[]> => {
      const found = await ask<Page<EventDefinition>>("get", "event-catalogue/", { query: { name } });
      const id = found.results[0]?.id;
      if (!id) return [];
      return (await ask<EventDetail>("get", `event-catalogue/${id}/`)).properties.filter((one) => !one.is_hidden);
    },
    enabled: name !== "",
    staleTime: 60_000,
    retry: false,
  });

export function changeEvent(
  id: string,
  fields: Partial<Pick<EventDefinition, "description" | "is_hidden">>,
): Promise<EventDetail> {
  return ask("patch", `event-catalogue/${id}/`, { body: fields });
}

export function changeProperty(
  id: string,
  path: string,
  fields: Partial<Pick<EventProperty, "description" | "is_hidden" | "expected_type">>,
): Promise<EventProperty> {
  return ask("patch", `event-catalogue/${id}/properties/`, { body: { path, ...fields } });
}

export const reasonsQuery = queryOptions({
  queryKey: ["rejected", "reasons"],
  queryFn: () => ask<{ reasons: Reason[] }>("get", "rejected-events/reasons/", { query: { state: "open" } }),
  refetchInterval: 10_000,
});

export function rejectedPage(
  state: RejectedState | undefined,
  code: string | undefined,
  cursor?: string,
): Promise<Page<RejectedEvent>> {
  return ask("get", "rejected-events/", { query: { state, code, cursor, page_size: 50 } });
}

/** Sends items again until none is left, and says what became of all of them. */
export async function replay(which: Which, patch?: JsonObject): Promise<Replayed> {
  const all: Replayed = { taken: 0, duplicates: 0, failed: 0, next: null };
  let after: string | undefined;
  do {
    const done: Replayed = await ask("post", "rejected-events/replay/", {
      body: { ...which, ...(after ? { after } : {}), ...(patch ? { patch } : {}) },
    });
    all.taken += done.taken;
    all.duplicates += done.duplicates;
    all.failed += done.failed;
    after = done.next ?? undefined;
  } while (after);
  return all;
}

export function discard(which: Which): Promise<{ discarded: number }> {
  return ask("post", "rejected-events/discard/", { body: which });
}
