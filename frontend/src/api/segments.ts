/** Segments: saved rules over people. */

import { queryOptions } from "@tanstack/react-query";
import type { Rule } from "@/canvas/core/rules";
import { ask } from "./ask";
import type { Page, Schemas } from "./types";

export interface Segment {
  id: string;
  name: string;
  description: string;
  rule: Rule;
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

/** Throws ApiError `segment_in_use` while a journey or another segment needs it. */
export function deleteSegment(id: string): Promise<unknown> {
  return ask("delete", `segments/${id}/`);
}

/** How many people a rule holds for now, and some of them. */
export function previewRule(rule: Rule): Promise<{ count: number; sample: Profile[] }> {
  return ask("post", "segments/preview/", { body: { rule } });
}

export const previewQuery = (rule: Rule) =>
  queryOptions({
    queryKey: ["segments", "preview", rule],
    queryFn: () => previewRule(rule),
    retry: false,
  });

/** Who is in a segment now. */
export function membersPage(id: string, cursor?: string): Promise<Page<Profile>> {
  return ask("get", `segments/${id}/members/`, { query: { cursor, page_size: 50 } });
}
