import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { BaseEdge, type Edge, type EdgeProps, getBezierPath } from "@xyflow/react";
import { createContext, memo, use, useState } from "react";
import { createPortal } from "react-dom";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/format/useFormat";
import { type GraphEdge, nodeOf } from "../core/graph";
import { MIDDLE, pointOf } from "../core/wires";
import { outcomesOf } from "../nodes/registry";
import { graphStore, useGraph } from "../store/graphStore";
import { useView } from "../store/viewStore";
import { AddMenu } from "./AddMenu";

/** `share`: how far along the wire its number and buttons stand. */
export type FlowEdge = Edge<{ edge: GraphEdge; share: number }, "journey">;

/**
 * Where numbers and buttons of edges are drawn; null where they are not. React Flow's own `EdgeLabelRenderer` looks its element up in
 * the whole canvas for each edge with every frame of a drag, which takes most of the frame in a large journey.
 */
export const LabelLayer = createContext<HTMLElement | null>(null);

export const JourneyEdge = memo(function JourneyEdge(props: EdgeProps<FlowEdge>) {
  const layer = use(LabelLayer);
  const { id, data, selected, markerEnd, sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition } = props;
  const [path, middleX, middleY] = getBezierPath({
    sourceX,
    sourceY,
    targetX,
    targetY,
    sourcePosition,
    targetPosition,
    curvature: 0.32,
  });
  const edge = data?.edge;
  const { x, y } = data && data.share !== MIDDLE ? pointOf(path, data.share) : { x: middleX, y: middleY };
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
      {layer && edge && createPortal(<EdgeLabel id={id} edge={edge} selected={selected === true} x={x} y={y} />, layer)}
    </>
  );
});

interface LabelProps {
  id: string;
  edge: GraphEdge;
  selected: boolean;
  x: number;
  y: number;
}

const EdgeLabel = memo(function EdgeLabel({ id, edge, selected, x, y }: LabelProps) {
  const { t } = useTranslation();
  const format = useFormat();
  // A node with several outcomes shows their numbers beside its ports, where edges to the same node cannot cover each other's.
  const alone = useGraph((state) => {
    const source = nodeOf(state.graph, edge.source);
    return source !== undefined && outcomesOf(source).length === 1;
  });
  const count = useView((state) => (alone ? state.counts[edge.source]?.left[edge.outcome] : undefined));
  return (
    <div
      className={`wire-label nodrag nopan${selected ? " wire-label-open" : ""}`}
      // `--magnified` undoes the zoom from far, so that a number can be read and hit; it changes by steps, never with a frame.
      style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px) scale(var(--magnified))` }}
      data-edge-id={id}
      data-testid={`wire-${edge.source}-${edge.outcome}-${edge.target}`}
    >
      {count !== undefined && count > 0 && (
        <button
          type="button"
          className="wire-count"
          aria-label={t("board.leftBy", { count })}
          data-testid={`edge-count-${id}`}
          onClick={() =>
            useView.getState().show({ kind: "people", node: edge.source, did: "left", outcome: edge.outcome })
          }
        >
          {format.number(count)}
        </button>
      )}
      <Insert id={id} />
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
  );
});

/** The menu is made where somebody points at its button: hundreds of them would make a large journey slow to open. */
function Insert({ id }: { id: string }) {
  const { t } = useTranslation();
  const [wanted, setWanted] = useState(false);
  const want = () => setWanted(true);
  const button = (
    <button
      type="button"
      className="wire-button"
      aria-label={t("canvas.insert")}
      data-testid={`edge-insert-${id}`}
      onPointerEnter={want}
      onFocus={want}
    >
      <PlusOutlined />
    </button>
  );
  if (!wanted) return button;
  return (
    <AddMenu
      onChoose={(type) => {
        const added = graphStore.getState().insert(type, id);
        if (added) useView.getState().lookAt(added);
      }}
    >
      {button}
    </AddMenu>
  );
}
