import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { BaseEdge, type Edge, EdgeLabelRenderer, type EdgeProps, getBezierPath } from "@xyflow/react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/format/useFormat";
import { type GraphEdge, nodeOf } from "../core/graph";
import { outcomesOf } from "../nodes/registry";
import { graphStore, useGraph } from "../store/graphStore";
import { useView } from "../store/viewStore";
import { AddMenu } from "./AddMenu";

export type FlowEdge = Edge<{ edge: GraphEdge }, "journey">;

export const JourneyEdge = memo(function JourneyEdge(props: EdgeProps<FlowEdge>) {
  const { t } = useTranslation();
  const format = useFormat();
  const { id, data, selected, markerEnd, sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition } = props;
  const [path, x, y] = getBezierPath({
    sourceX,
    sourceY,
    targetX,
    targetY,
    sourcePosition,
    targetPosition,
    curvature: 0.32,
  });
  const edge = data?.edge;
  // A node with several outcomes shows their numbers beside its ports, where edges to the same node cannot cover each other's.
  const alone = useGraph((state) => {
    const source = edge && nodeOf(state.graph, edge.source);
    return source !== undefined && outcomesOf(source).length === 1;
  });
  const count = useView((state) => (edge && alone ? state.counts[edge.source]?.left[edge.outcome] : undefined));
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
