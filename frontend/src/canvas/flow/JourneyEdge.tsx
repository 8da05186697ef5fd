import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { BaseEdge, type Edge, EdgeLabelRenderer, type EdgeProps, getBezierPath } from "@xyflow/react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/format/useFormat";
import type { GraphEdge } from "../core/graph";
import { graphStore } from "../store/graphStore";
import { useView } from "../store/viewStore";
import { AddMenu } from "./AddMenu";

export type FlowEdge = Edge<{ edge: GraphEdge }, "journey">;

/**
 * Where an edge's number sits: nearer to its start, where the ports of one node lie apart, because edges that lead to the same node
 * come together at its end.
 */
function labelPoint({ sourceX, sourceY, targetX, targetY }: EdgeProps<FlowEdge>) {
  const ahead = targetX - sourceX;
  const reach = ahead >= 0 ? ahead / 2 : 8 * Math.sqrt(-ahead);
  const at = 0.4;
  const weights = [(1 - at) ** 3, 3 * at * (1 - at) ** 2, 3 * at ** 2 * (1 - at), at ** 3];
  const along = (points: number[]) => points.reduce((sum, point, index) => sum + point * (weights[index] ?? 0), 0);
  return {
    x: along([sourceX, sourceX + reach, targetX - reach, targetX]),
    y: along([sourceY, sourceY, targetY, targetY]),
  };
}

export const JourneyEdge = memo(function JourneyEdge(props: EdgeProps<FlowEdge>) {
  const { t } = useTranslation();
  const format = useFormat();
  const { id, data, selected, markerEnd, sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition } = props;
  const [path] = getBezierPath({
    sourceX,
    sourceY,
    targetX,
    targetY,
    sourcePosition,
    targetPosition,
    curvature: 0.32,
  });
  const edge = data?.edge;
  const { x, y } = labelPoint(props);
  const count = useView((state) => (edge ? state.counts[edge.source]?.left[edge.outcome] : undefined));
  const lit = useView((state) => (state.trail === null ? null : state.trail.edges.has(id)));
  const tone = lit === null ? "" : lit ? " wire-lit" : " wire-dim";
  return (
    <>
      <BaseEdge
        id={id}
        path={path}
        markerEnd={markerEnd}
        className={`wire${selected ? " wire-selected" : ""}${tone}`}
        interactionWidth={22}
      />
      <EdgeLabelRenderer>
        <div
          className={`wire-label nodrag nopan${selected ? " wire-label-open" : ""}`}
          style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
          data-edge-id={id}
        >
          {count !== undefined && count > 0 && (
            <span className="wire-count" data-testid={`edge-count-${id}`}>
              {format.number(count)}
            </span>
          )}
          <AddMenu
            onChoose={(type) => {
              const added = graphStore.getState().insert(type, id);
              if (added) useView.getState().lookAt(added);
            }}
          >
            <button
              type="button"
              className="wire-button"
              aria-label={t("canvas.insert")}
              data-testid={`edge-insert-${id}`}
            >
              <PlusOutlined />
            </button>
          </AddMenu>
          {selected && (
            <button
              type="button"
              className="wire-button wire-remove"
              aria-label={t("canvas.removeEdge")}
              data-testid={`edge-remove-${id}`}
              onClick={() => graphStore.getState().remove(new Set(), new Set([id]))}
            >
              <CloseOutlined />
            </button>
          )}
        </div>
      </EdgeLabelRenderer>
    </>
  );
});
