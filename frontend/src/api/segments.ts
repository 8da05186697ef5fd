/** Segments: saved rules over people. */

import { queryOptions } from "@tanstack/react-query";
import type { Rule } from "@/canvas/core/rules";
import { ask } from "./ask";
import type { Page } from "./types";

export interface Segment {
  id: string;
  name: string;
  description: string;
  rule: Rule;
  created_at: string;
  updated_at: string;
}

export const segmentsQuery = queryOptions({
  queryKey: ["segments"],
  queryFn: () => ask<Page<Segment>>("get", "segments/", { query: { page_size: 200 } }),
  staleTime: 60_000,
});

export function createSegment(name: string, rule: Rule): Promise<Segment> {
  return ask("post", "segments/", { body: { name, description: "", rule } });
}

/** How many people a rule holds for now. */
export function countPeople(rule: Rule): Promise<{ count: number }> {
  return ask("post", "segments/preview/", { body: { rule } });
}
