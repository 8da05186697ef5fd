import { EditOutlined, MinusOutlined, PlusOutlined } from "@ant-design/icons";
import {
  Background,
  type Edge,
  Handle,
  MarkerType,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
  ReactFlowProvider,
} from "@xyflow/react";
import { memo, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Diff } from "@/api/life";
import type { Graph, GraphNode, Note } from "@/canvas/core/graph";
import { isStart, kindOf, outcomesOf } from "@/canvas/nodes/registry";
import { titleOf } from "@/canvas/nodes/titleOf";
import { NamesProvider, useNames, useNamesInUse, useSay } from "@/canvas/useNames";
import { type Fate, overlay } from "./overlay";
import "@xyflow/react/dist/base.css";
import "@/canvas/flow/notes.css";
import "./overlay.css";

type CardNode = Node<{ node: GraphNode; fate: Fate }, "card">;
type NoteCard = Node<{ note: Note; fate: Fate }, "note">;

const SIGNS = { added: <PlusOutlined />, removed: <MinusOutlined />, changed: <EditOutlined />, same: null };

/** What became of something, by a word and a sign; the colour only says it again. */
function Sign({ fate }: { fate: Fate }) {
  const { t } = useTranslation();
  if (fate === "same") return null;
  return (
    <span className={`mark mark-${fate}`}>
      {SIGNS[fate]} {t(`changes.mark.${fate}`)}
    </span>
  );
}

const Card = memo(function Card({ id, data: { node, fate } }: NodeProps<CardNode>) {
  const { t } = useTranslation();
  const say = useSay();
  const names = useNames();
  const kind = kindOf(node.type);
  const title = titleOf(t, node);
  return (
    <article className={`laid laid-${fate}`} aria-label={title} data-testid={`laid-${id}`} data-fate={fate}>
      {!isStart(node) && <Handle type="target" position={Position.Left} id="in" isConnectable={false} />}
      <header>
        <b>{title}</b> <Sign fate={fate} />
      </header>
      <p>{kind?.definition.summary(node.config, say, names)}</p>
      {outcomesOf(node).map((outcome, index, all) => (
        <Handle
          key={outcome.id}
          type="source"
          position={Position.Right}
          id={outcome.id}
          isConnectable={false}
          style={{ top: `${((index + 1) * 100) / (all.length + 1)}%` }}
        />
      ))}
    </article>
  );
});

const Remark = memo(function Remark({ id, data: { note, fate } }: NodeProps<NoteCard>) {
  return (
    <section className={`note note-${note.colour} laid-note laid-${fate}`} data-testid={`laid-${id}`} data-fate={fate}>
      <p className="note-text">
        <Sign fate={fate} /> {note.text}
      </p>
    </section>
  );
});

const nodeTypes = { card: Card, note: Remark };

interface Props {
  before: Graph;
  after: Graph;
  diff: Diff;
}

/** Two versions drawn over each other; a click on a card leads to what differs in it. */
export default function DiffCanvas(props: Props) {
  const names = useNamesInUse();
  return (
    <NamesProvider value={names}>
      <ReactFlowProvider>
        <Drawn {...props} />
      </ReactFlowProvider>
    </NamesProvider>
  );
}

function Drawn({ before, after, diff }: Props) {
  const { t } = useTranslation();
  const { nodes, edges } = useMemo(() => drawn(before, after, diff, t), [before, after, diff, t]);
  return (
    <section className="overlay" aria-label={t("board.overlay")} data-testid="diff-canvas">
      <ReactFlow
        key={nodes.map(({ id }) => id).join()}
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        nodesDraggable={false}
        nodesConnectable={false}
        elementsSelectable={false}
        edgesFocusable={false}
        fitView
        fitViewOptions={{ maxZoom: 1, padding: 0.1 }}
        minZoom={0.1}
        panOnScroll
        preventScrolling={false}
        onNodeClick={(_, { id }) =>
          document.querySelector(`[data-testid="diff-node-${CSS.escape(id)}"]`)?.scrollIntoView({ block: "center" })
        }
      >
        <Background gap={22} color="var(--line)" />
      </ReactFlow>
    </section>
  );
}

function drawn(before: Graph, after: Graph, diff: Diff, t: (key: string) => string) {
  const laid = overlay(before, after, diff);
  const nodes: (CardNode | NoteCard)[] = [
    ...laid.notes.map(({ note, fate }): NoteCard => {
      const { position, width, height } = note;
      return { id: `note/${fate}/${note.id}`, type: "note", position, width, height, zIndex: -1, data: { note, fate } };
    }),
    ...laid.nodes.map(
      ({ node, fate }): CardNode => ({ id: node.id, type: "card", position: node.position, data: { node, fate } }),
    ),
  ];
  const edges = laid.edges.map(({ edge, fate }): Edge => {
    const label = fate === "same" ? undefined : t(`changes.mark.${fate}`);
    return {
      id: `${fate} ${edge.id}`,
      source: edge.source,
      sourceHandle: edge.outcome,
      target: edge.target,
      targetHandle: "in",
      className: `laid-edge-${fate}`,
      markerEnd: { type: MarkerType.ArrowClosed },
      ...(label ? { label } : {}),
    };
  });
  return { nodes, edges };
}
