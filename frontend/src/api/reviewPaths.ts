/** How far people came: stages, nodes, the paths they really took, and who is behind a number. */

import { ask } from "./ask";
import { type ReviewFilters, reviewPart } from "./review";
import type { Enrollment, Page, Schemas } from "./types";

export type Stage = Schemas["Stage"];

export type Count = Schemas["Count"];

export type FunnelNode = Schemas["FunnelNode"];

/** The same stages for one day, version, variant or channel. */
export type FunnelRow = Schemas["FunnelRow"];

export const BREAKDOWNS = ["day", "version", "variant", "channel"] as const;
export type Breakdown = (typeof BREAKDOWNS)[number];

export type FunnelAnswer = Schemas["Funnel"];

export const funnelQuery = (journey: string, filters: ReviewFilters, by?: Breakdown) =>
  reviewPart<FunnelAnswer>(journey, "funnel", filters, { by });

/** `target` null: the path ended there. */
export type PathLink = Schemas["FlowLink"];

export type PathsAnswer = Schemas["Flow"];

export const pathsQuery = (journey: string, filters: ReviewFilters) =>
  reviewPart<PathsAnswer>(journey, "paths", filters);

/** Which runs a number counts: one of the funnel and its nodes, or whom a bar of the waterfall lost; `variant` narrows further. */
export type Behind = { variant?: string } & (
  | { what: string; node?: string; outcome?: string }
  | { bar: string; reason?: string }
);

export const behindPage = (journey: string, filters: ReviewFilters, behind: Behind, cursor?: string) =>
  ask<Page<Enrollment>>("get", `journeys/${journey}/review/${"bar" in behind ? "losses/people" : "people"}/`, {
    query: { ...filters, ...behind, cursor, page_size: 50 },
  });
