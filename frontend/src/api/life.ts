/** The life of a journey: resuming, moving people to a new version, approval, comments and changes, acting on many people. */

import { queryOptions } from "@tanstack/react-query";
import type { Act } from "./acts";
import { ask } from "./ask";
import type { EnrollmentState, Journey, Page, Schemas } from "./types";

/** A member who did something; null in its place stands for a program with a key. */
export type Person = Schemas["Person"];

export type Version = Schemas["Version"];

export type ResumeMode = "catch_up" | "shift";

export function resume(journey: string, mode: ResumeMode): Promise<Journey | Act> {
  return ask("post", `journeys/${journey}/resume/`, { body: { mode } });
}

export function stop(journey: string, mode: "finish" | "exit"): Promise<Journey | Act> {
  return ask("post", `journeys/${journey}/stop/`, { body: { mode } });
}

/** Old node to new node; null keeps its people in their version. */
export type Mapping = Record<string, string | null>;

export type MigrationRow = Schemas["MigrationRow"];

export type MigrationPreview = Schemas["MigrationPreview"];

interface Migration {
  versions?: string[];
  mapping?: Mapping;
}

export function previewMigration(journey: string, body: Migration): Promise<MigrationPreview> {
  return ask("post", `journeys/${journey}/migration/preview/`, { body });
}

export interface Migrated {
  migrated: number;
  staying: number;
}

export function migrate(journey: string, body: Migration): Promise<Migrated | Act> {
  return ask("post", `journeys/${journey}/migration/`, { body });
}

export type Approval = Schemas["Approval"];

/** What a journey's detail says of its approval. */
export interface Approvable {
  approval_required?: boolean;
  approval?: Approval | null;
}

export function requireApproval(journey: string, revision: number, required: boolean): Promise<Journey> {
  return ask("patch", `journeys/${journey}/`, { body: { approval_required: required, revision } });
}

export function askApproval(journey: string, comment: string): Promise<unknown> {
  return ask("post", `journeys/${journey}/approval/`, { body: { comment } });
}

export function decideApproval(journey: string, decision: "approve" | "reject", comment: string): Promise<unknown> {
  return ask("post", `journeys/${journey}/approval/decision/`, { body: { decision, comment } });
}

export type Comment = Schemas["Comment"];

export const commentsQuery = (journey: string) =>
  queryOptions({
    queryKey: ["journeys", journey, "comments"],
    queryFn: () => ask<Page<Comment>>("get", `journeys/${journey}/comments/`, { query: { page_size: 200 } }),
    refetchInterval: 15_000,
  });

export function comment(journey: string, text: string, node?: string): Promise<Comment> {
  return ask("post", `journeys/${journey}/comments/`, { body: node ? { text, node_id: node } : { text } });
}

export type Change = Schemas["Change"];

/** The change log, newest first, in the language of the moment. */
export function changesPage(journey: string, cursor?: string): Promise<Page<Change>> {
  return ask("get", `journeys/${journey}/changes/`, { query: { page_size: 50, cursor } });
}

export const versionsQuery = (journey: string) =>
  queryOptions({
    queryKey: ["journeys", journey, "versions"],
    queryFn: () => ask<Page<Version>>("get", `journeys/${journey}/versions/`, { query: { page_size: 200 } }),
  });

export type NodeRef = Schemas["DiffNode"];

export type EdgeRef = Schemas["DiffEdge"];

export type Diff = Schemas["Diff"];

export const diffQuery = (journey: string, from: string, to: string) =>
  queryOptions({
    queryKey: ["journeys", journey, "diff", from, to],
    queryFn: () => ask<Diff>("get", `journeys/${journey}/diff/`, { query: { from, to } }),
    enabled: from !== "" && to !== "" && from !== to,
    staleTime: 0,
  });

/** Which people of a journey an action on many is for. */
export interface PeopleFilter {
  node?: string;
  state?: EnrollmentState;
  version?: number;
}

export interface Changed {
  changed: number;
}

export function actOnMany(journey: string, what: "exit" | "retry", filter: PeopleFilter): Promise<Changed | Act> {
  return ask("post", `journeys/${journey}/enrollments/${what}/`, { body: filter });
}
