/** Imports: files of people or events, uploaded, mapped, tried and run by a worker. */

import { queryOptions } from "@tanstack/react-query";
import { language } from "@/i18n";
import { ask } from "./ask";
import { api, dataOf } from "./client";
import type { Page, Schemas } from "./types";

export type Import = Schemas["Import"];
export type ImportKind = Schemas["ImportKindEnum"];

/** What one column of a file is. */
export interface ColumnMapping {
  column: number;
  target: string;
  key?: string;
  type?: string;
  format?: string;
  channel?: string;
  purpose?: string;
}

export interface Mapping {
  columns: ColumnMapping[];
  timezone?: string;
  empty?: "keep" | "remove";
  event_name?: string;
  live?: boolean;
}

const EVERY = 1000;
const WORKING = new Set(["preparing", "checking", "running"]);

export const isWorking = (job: Pick<Import, "state">) => WORKING.has(job.state);

export const importsQuery = queryOptions({
  queryKey: ["imports"],
  queryFn: () => ask<Page<Import>>("get", "imports/", { query: { page_size: 50 } }),
  refetchInterval: (query) => (query.state.data?.results.some(isWorking) ? EVERY : false),
});

/** One import, asked for again each second while a worker is at it. */
export const importQuery = (id: string) =>
  queryOptions({
    queryKey: ["imports", id],
    queryFn: () => ask<Import>("get", `imports/${id}/`),
    refetchInterval: (query) => (query.state.data && isWorking(query.state.data) ? EVERY : false),
  });

/** Throws ApiError: `empty_file`, `not_a_table`, `corrupt_workbook`, `workbook_too_large`, `file_too_large`. */
export function uploadFile(kind: ImportKind, file: File): Promise<Import> {
  const form = new FormData();
  form.append("kind", kind);
  form.append("file", file);
  return dataOf(
    api.POST("/api/v1/imports/", {
      // The generated type of a file is text; what is sent is the form itself.
      body: form as unknown as { kind: ImportKind; file: string },
      bodySerializer: (body) => body as unknown as FormData,
    }),
  );
}

/** `what`: `check` is the dry run, `run` the import. Throws ApiError for a mapping that makes no sense. */
export function startImport(id: string, what: "check" | "run", mapping: Mapping): Promise<Import> {
  return ask("post", `imports/${id}/${what}/`, { body: { mapping } });
}

export function cancelImport(id: string): Promise<Import> {
  return ask("post", `imports/${id}/cancel/`);
}

/** Where the file of refused rows is, in the operator's language. */
export const errorFileOf = (id: string) =>
  `/api/v1/imports/${id}/errors/?language=${language() === "en" ? "en" : "zh"}`;
