/** Files of people that a worker writes; whoever does not see people in the clear gets masks in them. */

import { queryOptions } from "@tanstack/react-query";
import { ask } from "./ask";
import type { JsonObject, Page, Schemas } from "./types";

export type Export = Schemas["Export"];

const POLL_MS = 1_000;
const COLUMNS = ["id", "identity.phone", "identity.email", "identity.member_id", "attribute.name", "tags"];

/** Ask for the members of a segment as a workbook or as CSV. */
export const exportSegment = (segment: string, format: Export["format"]) =>
  ask<Export>("post", "exports/", { body: { kind: "people", format, columns: COLUMNS, filters: { segment } } });

/** How far an export is, asked again while it is being written. */
export const exportQuery = (id: string) =>
  queryOptions({
    queryKey: ["exports", id],
    queryFn: () => ask<Export>("get", `exports/${id}/`),
    refetchInterval: ({ state }) => (state.data && state.data.state !== "running" ? false : POLL_MS),
    staleTime: 0,
  });

export const exportedFile = (id: string) => `/api/v1/exports/${id}/file/`;

/** The newest exports, asked again while one is being written. */
export const exportsQuery = queryOptions({
  queryKey: ["exports"],
  queryFn: () => ask<Page<Export>>("get", "exports/", { query: { page_size: 100 } }),
  refetchInterval: ({ state }) => (state.data?.results.some((job) => job.state === "running") ? POLL_MS : false),
  staleTime: 0,
});

/** Ask for a file, or for calls of a webhook. Throws ApiError `unknown_column`, `invalid_target` and others. */
export const askExport = (body: JsonObject) => ask<Export>("post", "exports/", { body });

export const cancelExport = (id: string) => ask<Export>("post", `exports/${id}/cancel/`);
