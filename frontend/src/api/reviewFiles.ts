/** Tables of the review as files, and reports that are sent by themselves. */

import { queryOptions } from "@tanstack/react-query";
import { ask } from "./ask";
import type { Export } from "./exports";
import type { ReviewFilters } from "./review";
import type { Page, Schemas } from "./types";

/** What the server writes to files, by the part of the review that shows it; and every run. */
export const TABLES = {
  overview: [
    "funnel",
    "funnel_by_nodes",
    "funnel_by_days",
    "funnel_by_versions",
    "funnel_by_variants",
    "funnel_by_channels",
    "paths",
  ],
  losses: ["losses"],
  experiments: ["experiments", "experiment_values"],
  holdout: ["holdout"],
  conversions: ["conversions", "conversions_by_days"],
  attribution: [
    "attribution_by_channels",
    "attribution_by_journeys",
    "attribution_by_nodes",
    "attribution_by_templates",
  ],
  retention: ["retention"],
  cost: ["cost"],
  movement: ["rfm_movement", "sales"],
  messages: [
    "messages_by_templates",
    "messages_by_accounts",
    "messages_by_nodes",
    "messages_by_hours",
    "message_reasons",
  ],
} as const;
export type ReviewTable = (typeof TABLES)[keyof typeof TABLES][number] | "runs";
export type FileFormat = "csv" | "xlsx";
export type ReviewExport = Pick<Export, "id" | "state" | "done" | "total" | "error">;

const POLL_MS = 1_000;

/** A filter that means nothing to a table is left out, as on the page. */
export const exportReview = (
  journey: string,
  table: ReviewTable,
  format: FileFormat,
  { version, ...filters }: ReviewFilters,
) =>
  ask<ReviewExport>("post", "review/exports/", {
    body: { ...filters, journey, table, format, version: version === undefined ? undefined : Number(version) },
  });

export const reviewExportQuery = (id: string) =>
  queryOptions({
    queryKey: ["review", "exports", id],
    queryFn: () => ask<ReviewExport>("get", `review/exports/${id}/`),
    enabled: id !== "",
    refetchInterval: ({ state }) => (state.data && state.data.state !== "running" ? false : POLL_MS),
    staleTime: 0,
  });

export const reviewFile = (id: string) => `/api/v1/review/exports/${id}/file/`;

export type ReportFields = Schemas["ReportWrite"];

export type Report = Schemas["Report"];

/** Those that tell of this journey, also by telling of all. */
export const reportsQuery = (journey: string) =>
  queryOptions({
    queryKey: ["review", "reports", journey],
    queryFn: async () => {
      const { results } = await ask<Page<Report>>("get", "review/reports/", { query: { page_size: 100 } });
      return results.filter(({ journeys }) => journeys.length === 0 || journeys.includes(journey));
    },
  });

export const makeReport = (body: ReportFields) => ask<Report>("post", "review/reports/", { body });
export const deleteReport = (id: string) => ask<unknown>("delete", `review/reports/${id}/`);
