import type { ReviewFilters } from "@/api/review";
import { type ReviewTable, TABLES } from "@/api/reviewFiles";
import type { Graph } from "@/canvas/core/graph";

/** What every tab of a journey's review is given; `graph` is that of the version the figures are of. */
export interface TabProps {
  journeyId: string;
  filters: ReviewFilters;
  graph: Graph;
}

export const TABS = [
  "overview",
  "losses",
  "experiments",
  "holdout",
  "conversions",
  "attribution",
  "retention",
  "cost",
  "movement",
  "messages",
  "compare",
  "summary",
] as const;
export type Tab = (typeof TABS)[number];

export const tabOf = (named: string | undefined): Tab => TABS.find((tab) => tab === named) ?? "overview";

const TABLES_OF: Partial<Record<Tab, readonly ReviewTable[]>> = TABLES;

/** Which tables the server writes to a file of what a tab shows, and every run. */
export const tablesOf = (tab: Tab): readonly ReviewTable[] => [...(TABLES_OF[tab] ?? []), "runs"];
