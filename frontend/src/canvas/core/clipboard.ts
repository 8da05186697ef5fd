/** Copying a part of a graph, within a journey and from one to another. */

import type { Graph, GraphEdge, GraphNode, Note } from "./graph";
import { nextId } from "./ids";
import { noteKey } from "./notes";

export interface Fragment {
  zhitu: "fragment";
  nodes: GraphNode[];
  edges: GraphEdge[];
  notes?: Note[];
}

/** The chosen nodes and notes, and the edges among them. */
export function copyNodes(graph: Graph, ids: ReadonlySet<string>): Fragment {
  return {
    zhitu: "fragment",
    nodes: graph.nodes.filter((node) => ids.has(node.id)),
    edges: graph.edges.filter((edge) => ids.has(edge.source) && ids.has(edge.target)),
    notes: (graph.notes ?? []).filter((note) => ids.has(noteKey(note.id))),
  };
}

export function readFragment(text: string): Fragment | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || !("zhitu" in value) || value.zhitu !== "fragment") return null;
    const { nodes, edges, notes = [] } = value as Partial<Fragment>;
    if (!Array.isArray(nodes) || !Array.isArray(edges) || !Array.isArray(notes)) return null;
    return { zhitu: "fragment", nodes, edges, notes };
  } catch (error) {
    // Whatever else is on the clipboard is simply not a piece of a journey.
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/**
 * Adds a copy of the fragment with new ids, shifted so that it does not cover what it was copied from. The ids are those of a
 * selection: notes by their keys.
 */
export function pasteFragment(graph: Graph, fragment: Fragment, shift = 48): { graph: Graph; ids: string[] } {
  const nodes = [...graph.nodes];
  const renamed = new Map<string, string>();
  for (const node of fragment.nodes) {
    const id = nextId(
      "n",
      nodes.map((each) => each.id),
    );
    renamed.set(node.id, id);
    nodes.push({
      ...node,
      id,
      config: structuredClone(node.config),
      position: { x: node.position.x + shift, y: node.position.y + shift },
    });
  }
  const edges = [...graph.edges];
  for (const edge of fragment.edges) {
    const source = renamed.get(edge.source);
    const target = renamed.get(edge.target);
    if (source === undefined || target === undefined) continue;
    const id = nextId(
      "e",
      edges.map((each) => each.id),
    );
    edges.push({ ...edge, id, source, target });
  }
  const notes = [...(graph.notes ?? [])];
  const keys: string[] = [];
  for (const note of fragment.notes ?? []) {
    const id = nextId(
      "m",
      notes.map((each) => each.id),
    );
    keys.push(noteKey(id));
    notes.push({ ...note, id, position: { x: note.position.x + shift, y: note.position.y + shift } });
  }
  return {
    graph: { ...graph, nodes, edges, ...(notes.length > 0 ? { notes } : {}) },
    ids: [...renamed.values(), ...keys],
  };
}
