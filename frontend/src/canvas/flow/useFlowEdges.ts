import { applyEdgeChanges, type EdgeChange, MarkerType } from "@xyflow/react";
import type { TFunction } from "i18next";
import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Graph, nodeOf } from "../core/graph";
import { MIDDLE, sharesOf } from "../core/wires";
import { outcomesOf } from "../nodes/registry";
import { titleOf } from "../nodes/titleOf";
import { useGraph } from "../store/graphStore";
import type { FlowEdge } from "./JourneyEdge";

const ARROW = {
  type: MarkerType.ArrowClosed,
  width: 14,
  height: 14,
  markerUnits: "userSpaceOnUse",
  color: "var(--grey)",
};

function merged(graph: Graph, shown: readonly FlowEdge[], t: TFunction): FlowEdge[] {
  const before = new Map(shown.map((edge) => [edge.id, edge]));
  const shares = sharesOf(graph.edges, ({ source, outcome }) => {
    const node = nodeOf(graph, source);
    return node ? outcomesOf(node).findIndex(({ id }) => id === outcome) : 0;
  });
  const titles = new Map(graph.nodes.map((node) => [node.id, titleOf(t, node)]));
  return graph.edges.map((edge) => {
    const share = shares.get(edge.id) ?? MIDDLE;
    const old = before.get(edge.id);
    const ariaLabel = t("canvas.edge", {
      from: titles.get(edge.source) ?? edge.source,
      to: titles.get(edge.target) ?? edge.target,
    });
    if (old?.data?.edge === edge && old.data.share === share && old.ariaLabel === ariaLabel) return old;
    return {
      ...old,
      id: edge.id,
      type: "journey",
      source: edge.source,
      sourceHandle: edge.outcome,
      target: edge.target,
      targetHandle: "in",
      markerEnd: ARROW,
      ariaLabel,
      domAttributes: { "aria-roledescription": t("canvas.wire") },
      data: { edge, share },
    };
  });
}

export function useFlowEdges() {
  const { t } = useTranslation();
  const graph = useGraph((state) => state.graph);
  const [edges, setEdges] = useState<FlowEdge[]>(() => merged(graph, [], t));
  useEffect(() => setEdges((current) => merged(graph, current, t)), [graph, t]);
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
