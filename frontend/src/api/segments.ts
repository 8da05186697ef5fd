/** Segments: saved rules over people. */

import { queryOptions } from "@tanstack/react-query";
import type { Rule } from "@/canvas/core/rules";
import { ask } from "./ask";
import type { Page, Schemas } from "./types";

export interface Segment {
  id: string;
  name: string;
  description: string;
  kind: Schemas["Segment"]["kind"];
  rule: Rule;
  freshness: Schemas["Freshness"];
  created_at: string;
  updated_at: string;
}

export type Profile = Schemas["Profile"];
export type SegmentFields = Pick<Segment, "name" | "description" | "rule">;

export const segmentsQuery = queryOptions({
  queryKey: ["segments"],
  queryFn: () => ask<Page<Segment>>("get", "segments/", { query: { page_size: 200 } }),
  staleTime: 60_000,
});

export const segmentQuery = (id: string) =>
  queryOptions({ queryKey: ["segments", id], queryFn: () => ask<Segment>("get", `segments/${id}/`) });

export function createSegment(fields: SegmentFields): Promise<Segment> {
  return ask("post", "segments/", { body: fields });
}

export function changeSegment(id: string, fields: SegmentFields): Promise<Segment> {
  return ask("patch", `segments/${id}/`, { body: fields });
}

/** Put people into a list, or take them out; `unknown` are the places of those who do not exist. */
export function changeList(
  id: string,
  change: Partial<Record<"add" | "remove", ({ id: string } | { identities: Record<string, string> })[]>>,
): Promise<Schemas["ListChanged"]> {
  return ask("post", `segments/${id}/list/`, { body: change });
}

/** Throws ApiError `segment_in_use` while a journey or another segment needs it. */
export function deleteSegment(id: string): Promise<unknown> {
  return ask("delete", `segments/${id}/`);
}

export interface Previewed {
  count: number;
  /** Counting took too long; the count comes from a sample of the people. */
  is_estimate: boolean;
  sample: Profile[];
}

/** How many people a rule holds for now, and some of them. `typing` names the editor: its earlier request is cancelled. */
export function previewRule(rule: Rule, typing?: string): Promise<Previewed> {
  return ask("post", "segments/preview/", { body: { rule, typing } });
}

export const previewQuery = (rule: Rule, typing?: string) =>
  queryOptions({
    queryKey: ["segments", "preview", rule],
    queryFn: () => previewRule(rule, typing),
    retry: false,
  });

/** Who is in a segment now, or was at an instant (RFC 3339). */
export function membersPage(id: string, cursor?: string, at?: string): Promise<Page<Profile>> {
  return ask("get", `segments/${id}/members/`, { query: { cursor, page_size: 100, at } });
}

export type Operation = "union" | "intersect" | "except";

/** How many people are in exactly which of two to five segments. */
export const overlapQuery = (segments: readonly string[]) =>
  queryOptions({
    queryKey: ["segments", "overlap", ...segments],
    queryFn: () => ask<Schemas["Overlapped"]>("post", "segments/overlap/", { body: { segments } }),
    staleTime: 0,
  });

/** Save a segment of segments; `except` is the first without the others. */
export function combineSegments(operation: Operation, segments: readonly string[], name: string): Promise<Segment> {
  return ask("post", "segments/combine/", { body: { operation, segments, name } });
}
