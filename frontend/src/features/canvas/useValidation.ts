import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, dataOf } from "@/api/client";
import type { Graph } from "@/canvas/core/graph";
import { useGraph } from "@/canvas/store/graphStore";
import { useView } from "@/canvas/store/viewStore";

const AFTER_LAST_EDIT_MS = 600;

export function validate(graph: Graph) {
  return dataOf(api.POST("/api/v1/journeys/validate/", { body: { graph } }));
}

/** Lets the server check the draft shortly after each edit; its findings mark the nodes. */
export function useValidation() {
  const graph = useGraph((state) => state.graph);
  const [settled, setSettled] = useState(graph);
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(graph), AFTER_LAST_EDIT_MS);
    return () => window.clearTimeout(timer);
  }, [graph]);
  const { data } = useQuery({
    queryKey: ["validation", settled],
    queryFn: () => validate(settled),
    enabled: settled.nodes.length > 0,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 10_000,
    placeholderData: (previous) => previous,
  });
  useEffect(() => useView.getState().setIssues(settled.nodes.length > 0 ? (data?.issues ?? []) : []), [data, settled]);
}
