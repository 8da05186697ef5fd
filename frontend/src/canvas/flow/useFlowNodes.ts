import { applyNodeChanges, type NodeChange } from "@xyflow/react";
import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Graph, Position } from "../core/graph";
import { noteKey } from "../core/notes";
import { graphStore, useGraph } from "../store/graphStore";
import { expected, forgetExpected, isLarge } from "./expected";
import type { FlowNode } from "./JourneyNode";
import type { FlowNote } from "./NoteNode";

export type BoardNode = FlowNode | FlowNote;

/** Behind the cards, so that a note may lie under several of them. */
const BEHIND = -1;

function merged(graph: Graph, shown: readonly BoardNode[], readOnly: boolean, card: string): BoardNode[] {
  const before = new Map(shown.map((node) => [node.id, node]));
  const nodes = graph.nodes.map((node): BoardNode => {
    const old = before.get(node.id) as FlowNode | undefined;
    // An untouched node keeps its identity, so that React Flow neither measures nor draws it again.
    if (old?.data.node === node && old.domAttributes?.["aria-roledescription"] === card) return old;
    const unseen = !old && isLarge(graph.nodes.length) ? expected(node) : undefined;
    const domAttributes = { "aria-roledescription": card };
    return { ...unseen, ...old, id: node.id, type: "journey", position: node.position, domAttributes, data: { node } };
  });
  const notes = (graph.notes ?? []).map((note): BoardNode => {
    const old = before.get(noteKey(note.id)) as FlowNote | undefined;
    if (old?.data.note === note) return old;
    const { position, width, height } = note;
    return {
      ...old,
      id: noteKey(note.id),
      type: "note",
      position,
      width,
      height,
      zIndex: BEHIND,
      connectable: false,
      data: { note, readOnly },
    };
  });
  return [...notes, ...nodes];
}

/**
 * React Flow's nodes beside the draft's: sizes, selection and positions during a drag live here, and only where a drag ends is written
 * back, as one step of the history.
 */
export function useFlowNodes(readOnly: boolean) {
  const card = useTranslation().t("canvas.card");
  const graph = useGraph((state) => state.graph);
  const [nodes, setNodes] = useState<BoardNode[]>(() => merged(graph, [], readOnly, card));

  useEffect(() => setNodes((current) => merged(graph, current, readOnly, card)), [graph, readOnly, card]);

  const onNodesChange = useCallback((changes: NodeChange<BoardNode>[]) => {
    const measured = new Set(changes.flatMap((change) => (change.type === "dimensions" ? [change.id] : [])));
    setNodes((current) =>
      applyNodeChanges(
        changes.filter((change) => change.type !== "remove"),
        current,
      ).map((node) => (node.type === "journey" && measured.has(node.id) ? forgetExpected(node) : node)),
    );
  }, []);

  const onDragStop = useCallback((_: unknown, __: unknown, dragged: BoardNode[]) => {
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
