/** Copying a part of a graph, within a journey and from one to another. */

import type { Graph, GraphEdge, GraphNode } from "./graph";
import { nextId } from "./ids";

export interface Fragment {
  zhitu: "fragment";
  nodes: GraphNode[];
  edges: GraphEdge[];
}

/** The chosen nodes and the edges among them. */
export function copyNodes(graph: Graph, ids: ReadonlySet<string>): Fragment {
  return {
    zhitu: "fragment",
    nodes: graph.nodes.filter((node) => ids.has(node.id)),
    edges: graph.edges.filter((edge) => ids.has(edge.source) && ids.has(edge.target)),
  };
}

export function readFragment(text: string): Fragment | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || !("zhitu" in value) || value.zhitu !== "fragment") return null;
    const { nodes, edges } = value as Partial<Fragment>;
    return Array.isArray(nodes) && Array.isArray(edges) ? { zhitu: "fragment", nodes, edges } : null;
  } catch (error) {
    // Whatever else is on the clipboard is simply not a piece of a journey.
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Adds a copy of the fragment with new ids, shifted so that it does not cover what it was copied from. */
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
  return { graph: { ...graph, nodes, edges }, ids: [...renamed.values()] };
}
