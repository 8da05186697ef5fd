/** What would have been: recorded entries, events and receipts run against the draft, in the simulator. */

import { queryOptions } from "@tanstack/react-query";
import { ask } from "./ask";
import type { Page, Schemas } from "./types";

export type ReplayResult = Schemas["CounterfactualResult"];

export type Replay = Schemas["Counterfactual"];

export const CHANGES = ["gained", "lost", "both", "path", "kept_out"] as const;
export type Change = (typeof CHANGES)[number];

export type ReplayedPath = Schemas["CounterfactualPath"];

export type ReplayedRun = Schemas["CounterfactualRun"];

const POLL_MS = 700;
const LIST_POLL_MS = 2_000;
export const isRunning = (replay: Pick<Replay, "state">) => replay.state === "queued" || replay.state === "running";

const path = (journey: string, id = "") => `journeys/${journey}/counterfactuals/${id && `${id}/`}`;

/** `since` and `until` are instants; what began at `until` is no longer in it. */
export const startReplay = (journey: string, body: { since: string; until: string }) =>
  ask<Replay>("post", path(journey), { body });

export const replaysQuery = (journey: string) =>
  queryOptions({
    queryKey: ["review", journey, "counterfactuals"],
    queryFn: () => ask<Page<Schemas["CounterfactualRow"]>>("get", path(journey), { query: { page_size: 20 } }),
    refetchInterval: ({ state }) => (state.data?.results.some(isRunning) ? LIST_POLL_MS : false),
  });

export const replayQuery = (journey: string, id: string) =>
  queryOptions({
    queryKey: ["review", journey, "counterfactuals", id],
    queryFn: () => ask<Replay>("get", path(journey, id)),
    enabled: id !== "",
    refetchInterval: ({ state }) => (state.data && !isRunning(state.data) ? false : POLL_MS),
  });

export const cancelReplay = (journey: string, id: string) => ask<unknown>("delete", path(journey, id));

/** Whose paths would have been others, with both; a long list goes by an id. */
export const replayedPage = async (journey: string, id: string, change: Change | undefined, cursor?: string) => {
  const found = await ask<Page<ReplayedRun>>("get", `${path(journey, id)}people/`, {
    query: { change, cursor, page_size: 50 },
  });
  return { ...found, results: found.results.map((run) => ({ ...run, id: run.enrollment })) };
};
