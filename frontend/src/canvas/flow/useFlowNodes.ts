import { applyNodeChanges, type NodeChange } from "@xyflow/react";
import { useCallback, useEffect, useState } from "react";
import type { Graph, Position } from "../core/graph";
import { graphStore, useGraph } from "../store/graphStore";
import type { FlowNode } from "./JourneyNode";

function merged(graph: Graph, shown: readonly FlowNode[]): FlowNode[] {
  const before = new Map(shown.map((node) => [node.id, node]));
  return graph.nodes.map((node) => {
    const old = before.get(node.id);
    // An untouched node keeps its identity, so that React Flow neither measures nor draws it again.
    if (old?.data.node === node) return old;
    return { ...old, id: node.id, type: "journey", position: node.position, data: { node } };
  });
}

/**
 * React Flow's nodes beside the draft's: sizes, selection and positions during a drag live here, and only where a drag ends is written
 * back, as one step of the history.
 */
export function useFlowNodes() {
  const graph = useGraph((state) => state.graph);
  const [nodes, setNodes] = useState<FlowNode[]>(() => merged(graph, []));

  useEffect(() => setNodes((current) => merged(graph, current)), [graph]);

  const onNodesChange = useCallback((changes: NodeChange<FlowNode>[]) => {
    setNodes((current) =>
      applyNodeChanges(
        changes.filter((change) => change.type !== "remove"),
        current,
      ),
    );
  }, []);

  const onDragStop = useCallback((_: unknown, __: unknown, dragged: FlowNode[]) => {
    graphStore.getState().move(new Map(dragged.map((node): [string, Position] => [node.id, node.position])));
  }, []);

  const select = useCallback((ids: ReadonlySet<string>) => {
    setNodes((current) =>
      current.map((node) =>
        Boolean(node.selected) === ids.has(node.id) ? node : { ...node, selected: ids.has(node.id) },
      ),
    );
  }, []);

  return { nodes, onNodesChange, onDragStop, select };
}
