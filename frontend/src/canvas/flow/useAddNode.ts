import { useReactFlow } from "@xyflow/react";
import { useCallback } from "react";
import { placeBeside, type Size } from "../core/arrange";
import { edgeFrom, nodeOf } from "../core/graph";
import { kindOf, outcomesOf } from "../nodes/registry";
import { graphStore } from "../store/graphStore";
import { useView } from "../store/viewStore";
import { useSizeOf } from "./useSizeOf";

const GAP: Size = { width: 90, height: 44 };

/**
 * Adds a node by a click: after the node that is being configured, along its first outcome that leads nowhere yet; else in the middle
 * of what is seen.
 */
export function useAddNode(): (type: string) => void {
  const flow = useReactFlow();
  const sizeOf = useSizeOf();
  return useCallback(
    (type: string) => {
      const { graph, add } = graphStore.getState();
      const { dock, lookAt } = useView.getState();
      const follows = !kindOf(type)?.definition.start;
      const before = dock?.kind === "node" && follows ? nodeOf(graph, dock.node) : undefined;
      const free = before && outcomesOf(before).find((outcome) => !edgeFrom(graph, before.id, outcome.id));
      if (before && free) {
        const size = sizeOf(before.id);
        const at = placeBeside(graph, before.id, { width: size.width, height: 140 }, GAP);
        lookAt(add(type, at, { source: before.id, outcome: free.id }));
        return;
      }
      const area = document.querySelector(".flow")?.getBoundingClientRect();
      const middle = flow.screenToFlowPosition({
        x: area ? area.left + area.width / 2 : window.innerWidth / 2,
        y: area ? area.top + area.height / 2 : window.innerHeight / 2,
      });
      const at = { x: Math.round(middle.x - 124), y: Math.round(middle.y - 60) };
      while (graph.nodes.some(({ position }) => Math.abs(position.x - at.x) < 40 && Math.abs(position.y - at.y) < 40))
        at.y += 60;
      lookAt(add(type, at));
    },
    [flow, sizeOf],
  );
}
