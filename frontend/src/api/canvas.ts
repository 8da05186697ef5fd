/** What the canvas reads besides the draft and its numbers. */

import { queryOptions } from "@tanstack/react-query";
import type { Config, Settings } from "@/canvas/core/graph";
import { ask } from "./ask";
import type { JsonObject, Schemas } from "./types";

/** Signs of trouble at the nodes, and how many runs ended at each without having met a goal. */
export type Signals = Schemas["Signals"];

export const signalsQuery = (journey: string) =>
  queryOptions({
    queryKey: ["journeys", journey, "signals"],
    queryFn: () => ask<Signals>("get", `journeys/${journey}/signals/`),
    refetchInterval: 20_000,
    retry: false,
  });

export type MessagePreview = Schemas["MessagePreview"];

/** What a send node would send to one person now, or why not. */
export function previewMessage(body: {
  config: Config;
  settings: Settings;
  profile: string;
  event?: JsonObject;
}): Promise<MessagePreview> {
  return ask("post", "journeys/message-preview/", { body });
}

/** Names of people's attributes, the most common first. */
export const attributeNamesQuery = queryOptions({
  queryKey: ["attribute-names"],
  queryFn: () => ask<{ results: { name: string; people: number }[] }>("get", "attribute-names/"),
  staleTime: 60_000,
  retry: false,
});
