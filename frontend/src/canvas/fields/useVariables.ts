import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { attributeNamesQuery } from "@/api/canvas";
import { propertiesQuery } from "@/api/events";
import type { Graph } from "../core/graph";
import type { Known } from "../core/liquid";
import { useGraph } from "../store/graphStore";

function entryEvent({ nodes }: Graph): string {
  const trigger = nodes.find(({ type }) => type === "trigger")?.config;
  return trigger?.kind === "event" && typeof trigger.event === "string" ? trigger.event : "";
}

/** Names under which answers of webhooks are kept: later steps read them as properties of the entry. */
function keptAnswers({ nodes }: Graph): string {
  return nodes.flatMap(({ config }) => (typeof config.save_as === "string" ? [config.save_as] : [])).join("\n");
}

/** What Liquid may name here: the attributes that people have, and the properties that the entry brings. */
export function useVariables(): Known {
  const event = useGraph((state) => entryEvent(state.graph));
  const kept = useGraph((state) => keptAnswers(state.graph));
  const attributes = useQuery(attributeNamesQuery).data;
  const properties = useQuery(propertiesQuery(event)).data;
  return useMemo(() => {
    const brought = properties?.map(({ path }) => path) ?? [];
    return {
      profile: attributes?.results.map(({ name }) => name) ?? [],
      // Of an entry that brings what it likes nothing is known, and answers alone would make the rest unknown.
      event: brought.length > 0 ? [...brought, ...kept.split("\n").filter(Boolean)] : [],
    };
  }, [attributes, properties, kept]);
}
