/** Trying a journey before launch: forecasts over the real audience, test sends; and the launches of timed triggers. */

import { queryOptions } from "@tanstack/react-query";
import type { Graph } from "@/canvas/core/graph";
import type { Rule } from "@/canvas/core/rules";
import { ask } from "./ask";
import type { Issue, JsonObject, Page } from "./types";

export interface AssumedEvent {
  name: string;
  probability: number;
  after: string;
  properties?: JsonObject;
}

export interface AssumedReceipt {
  channel: string;
  outcome: string;
  probability: number;
  after: string;
}

/** How staff end tasks, of whichever node; what is left is overdue. */
export interface AssumedTask {
  outcome: "done" | "failed";
  probability: number;
  after: string;
}

export interface ForecastRequest {
  graph?: Graph;
  start?: string;
  days: number;
  audience?: { segment?: string; rule?: Rule; sample?: number };
  assumptions?: {
    events: AssumedEvent[];
    receipts: AssumedReceipt[];
    tasks?: AssumedTask[];
    arrivals?: { per_day: number };
  };
  /** Takes what is not assumed here from the journey's own past. */
  from_past?: boolean;
}

export interface SendsAt {
  at: string;
  channel: string;
  allowed: number;
  held: number;
  blocked: number;
}

export interface ForecastResult {
  people: number;
  sampled_from: number;
  scale: number;
  sends: SendsAt[];
  blocked: { rule: string; reason: string; channel: string; count: number }[];
  nodes: { at: string; node: string; people: number }[];
  ended: Record<string, number>;
  /** Whom paths let into other journeys; forecasts of earlier releases do not say. */
  handed?: { node: string; journey: string; name: string; people: number }[];
  quotas: { account: string; exhausted_at: string | null; key?: string; name?: string }[];
  /** What the forecast does not know. */
  notes?: { code: string; message: string; messages: Issue["messages"] }[];
}

export type ForecastState = "queued" | "running" | "done" | "cancelled" | "failed";

export interface Forecast {
  id: string;
  state: ForecastState;
  progress: number;
  error: string | null;
  result: ForecastResult | null;
}

export const RUNNING: readonly ForecastState[] = ["queued", "running"];

export function startForecast(journey: string, body: ForecastRequest): Promise<Pick<Forecast, "id" | "state">> {
  return ask("post", `journeys/${journey}/forecasts/`, { body });
}

export const forecastQuery = (journey: string, id: string) =>
  queryOptions({
    queryKey: ["journeys", journey, "forecasts", id],
    queryFn: () => ask<Forecast>("get", `journeys/${journey}/forecasts/${id}/`),
    enabled: id !== "",
    refetchInterval: ({ state }) => (state.data && !RUNNING.includes(state.data.state) ? false : 700),
  });

export function cancelForecast(journey: string, id: string): Promise<unknown> {
  return ask("delete", `journeys/${journey}/forecasts/${id}/`);
}

export interface Launch {
  id: string;
  due_at: string;
  started_at: string | null;
  finished_at: string | null;
  state: string;
  people: number;
  admitted: number;
  refused: Record<string, number>;
  error: string;
}

export const launchesQuery = (journey: string) =>
  queryOptions({
    queryKey: ["journeys", journey, "launches"],
    queryFn: () => ask<Page<Launch>>("get", `journeys/${journey}/launches/`, { query: { page_size: 100 } }),
    refetchInterval: 10_000,
  });

/** Sends what a node would send to one chosen person, now. */
export function testSend(
  journey: string,
  node: string,
  profile: string,
): Promise<{ message: string; state: string; reason?: string }> {
  return ask("post", `journeys/${journey}/nodes/${node}/test-send/`, { body: { profile } });
}
