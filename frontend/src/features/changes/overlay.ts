/** Two graphs laid over each other: everything of both, each with what became of it. */

import type { Diff } from "@/api/life";
import type { Graph, GraphEdge, GraphNode, Note, Position } from "@/canvas/core/graph";
import type { Mark } from "./diffModel";

/** `same` is in both and does not differ. */
export type Fate = Mark | "same";

export interface Overlay {
  nodes: { node: GraphNode; fate: Fate }[];
  edges: { edge: GraphEdge; fate: Fate }[];
  notes: { note: Note; fate: Fate }[];
}

/** How near two cards cover each other. */
const CLOSE: Position = { x: 200, y: 90 };
const ASIDE = 130;

const key = ({ source, outcome, target }: Pick<GraphEdge, "source" | "outcome" | "target">) =>
  JSON.stringify([source, outcome, target]);

/** What is gone stands where it stood, or lower where something else stands there now. */
function placed(node: GraphNode, taken: readonly Position[]): GraphNode {
  const at = { ...node.position };
  const covered = () => taken.some(({ x, y }) => Math.abs(x - at.x) < CLOSE.x && Math.abs(y - at.y) < CLOSE.y);
  while (covered()) at.y += ASIDE;
  return { ...node, position: at };
}

export function overlay(before: Graph, after: Graph, diff: Diff): Overlay {
  const ids = (rows: readonly { id: string }[]) => new Set(rows.map(({ id }) => id));
  const [added, changed, removed] = [ids(diff.nodes.added), ids(diff.nodes.changed), ids(diff.nodes.removed)];
  const fateOf = (id: string): Fate => (added.has(id) ? "added" : changed.has(id) ? "changed" : "same");
  const nodes = after.nodes.map((node) => ({ node, fate: fateOf(node.id) }));
  const taken = nodes.map(({ node }) => node.position);
  for (const node of before.nodes.filter(({ id }) => removed.has(id))) {
    const gone = placed(node, taken);
    taken.push(gone.position);
    nodes.push({ node: gone, fate: "removed" });
  }
  const old = new Set(before.edges.map(key));
  const now = new Set(after.edges.map(key));
  const edges = [
    ...after.edges.map((edge) => ({ edge, fate: (old.has(key(edge)) ? "same" : "added") as Fate })),
    ...before.edges.filter((edge) => !now.has(key(edge))).map((edge) => ({ edge, fate: "removed" as Fate })),
  ];
  const { notes } = diff;
  const [newNotes, otherNotes, lostNotes] = [ids(notes.added), ids(notes.changed), ids(notes.removed)];
  return {
    nodes,
    edges,
    notes: [
      ...(after.notes ?? []).map((note) => ({
        note,
        fate: (newNotes.has(note.id) ? "added" : otherNotes.has(note.id) ? "changed" : "same") as Fate,
      })),
      ...(before.notes ?? []).filter(({ id }) => lostNotes.has(id)).map((note) => ({ note, fate: "removed" as Fate })),
    ],
  };
}
