/** Tags, computed attributes and models of people. */

import { queryOptions } from "@tanstack/react-query";
import type { Rule } from "@/canvas/core/rules";
import { ask } from "./ask";
import type { JsonObject, Page, Schemas } from "./types";

export type TagKind = "manual" | "rule" | "import" | "model";
export type TagValueType = "none" | "text" | "number" | "boolean";
export type TagValue = string | number | boolean | null;

export interface TagRow {
  id: string;
  key: string;
  name: string;
  group: string;
  kind: TagKind;
  value_type: TagValueType;
  allowed_values: TagValue[];
  description: string;
  owner: string;
  expires_after: string;
  value: TagValue;
  rule: Rule | null;
  people: number;
  is_ending: boolean;
}

export type TagFields = Partial<Pick<TagRow, "group" | "description" | "expires_after" | "value" | "value_type">> &
  Pick<TagRow, "key" | "name" | "kind"> & { rule?: Rule };

export type ComputedPath = "computed-attributes" | "rfm" | "models";

export type Computed = Schemas["Computed"];

export interface ComputedFields {
  key: string;
  name: string;
  definition: JsonObject;
  kind?: "lifecycle" | "clv";
}

export type Previewed = Schemas["ComputedPreviewed"];

export type Grid = Schemas["Grid"];

export const PATHS: readonly ComputedPath[] = ["computed-attributes", "rfm", "models"];
const WHILE_COMPUTING_MS = 3000;

export const tagsQuery = queryOptions({
  queryKey: ["tags"],
  queryFn: () => ask<Page<TagRow>>("get", "tags/", { query: { page_size: 200 } }),
});

export const computedQuery = queryOptions({
  queryKey: ["computed"],
  queryFn: async () => {
    const pages = await Promise.all(
      PATHS.map((path) => ask<Page<Computed>>("get", `${path}/`, { query: { page_size: 200 } })),
    );
    return pages.flatMap((page) => page.results);
  },
  refetchInterval: (query) =>
    query.state.data?.some(({ state }) => state === "computing" || state === "ending") ? WHILE_COMPUTING_MS : false,
});

export const gridQuery = (id: string) =>
  queryOptions({ queryKey: ["computed", id, "grid"], queryFn: () => ask<Grid>("get", `rfm/${id}/grid/`) });

export function pathOf(kind: Computed["kind"]): ComputedPath {
  if (kind === "attribute") return "computed-attributes";
  return kind === "rfm" ? "rfm" : "models";
}

export function createTag(fields: TagFields): Promise<TagRow> {
  return ask("post", "tags/", { body: fields });
}

/** Takes the tag from everybody, and then deletes it. */
export function endTag(id: string): Promise<unknown> {
  return ask("delete", `tags/${id}/`);
}

export function createComputed(path: ComputedPath, fields: ComputedFields): Promise<Computed> {
  return ask("post", `${path}/`, { body: fields });
}

/** What it would give for a sample of people; nothing is saved. */
export function previewComputed(path: ComputedPath, body: Pick<ComputedFields, "kind" | "definition">) {
  return ask<Previewed>("post", `${path}/preview/`, { body });
}

export function recompute({ kind, id }: Computed): Promise<Computed> {
  return ask("post", `${pathOf(kind)}/${id}/recompute/`);
}

/** Takes its values from everybody, and then deletes it. */
export function endComputed({ kind, id }: Computed): Promise<unknown> {
  return ask("delete", `${pathOf(kind)}/${id}/`);
}

export function usualStages(event: string): Promise<{ stages: JsonObject[] }> {
  return ask("get", "models/usual-stages/", { query: { event } });
}
