import { applyEdgeChanges, type EdgeChange, MarkerType } from "@xyflow/react";
import { useCallback, useEffect, useState } from "react";
import type { Graph } from "../core/graph";
import { useGraph } from "../store/graphStore";
import type { FlowEdge } from "./JourneyEdge";

const ARROW = { type: MarkerType.ArrowClosed, width: 14, height: 14, markerUnits: "userSpaceOnUse", color: "#9aa5b8" };

function merged(graph: Graph, shown: readonly FlowEdge[]): FlowEdge[] {
  const before = new Map(shown.map((edge) => [edge.id, edge]));
  return graph.edges.map((edge) => {
    const old = before.get(edge.id);
    if (old?.data?.edge === edge) return old;
    return {
      ...old,
      id: edge.id,
      type: "journey",
      source: edge.source,
      sourceHandle: edge.outcome,
      target: edge.target,
      targetHandle: "in",
      markerEnd: ARROW,
      data: { edge },
    };
  });
}

export function useFlowEdges() {
  const graph = useGraph((state) => state.graph);
  const [edges, setEdges] = useState<FlowEdge[]>(() => merged(graph, []));
  useEffect(() => setEdges((current) => merged(graph, current)), [graph]);
  const onEdgesChange = useCallback((changes: EdgeChange<FlowEdge>[]) => {
    setEdges((current) =>
      applyEdgeChanges(
        changes.filter((change) => change.type !== "remove"),
        current,
      ),
    );
  }, []);
  return { edges, onEdgesChange };
}
