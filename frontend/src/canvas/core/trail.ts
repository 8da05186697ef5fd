/** The way one person took through a graph, read from an enrollment's stream. */

import type { Graph } from "./graph";

export interface StreamStep {
  kind: string;
  node: string | null;
  data?: { from?: unknown; outcome?: unknown };
}

export interface Trail {
  nodes: ReadonlySet<string>;
  edges: ReadonlySet<string>;
  /** The last node reached. */
  at: string | null;
  /** Where the way leads in the end, when only its beginning is lit: what the canvas brings into view. */
  whole?: ReadonlySet<string>;
}

/** Which nodes were entered and by which edges, up to and with the step at index `until` (all by default). */
export function trailOf(graph: Graph, steps: readonly StreamStep[], until = steps.length - 1): Trail {
  const nodes = new Set<string>();
  const edges = new Set<string>();
  let at: string | null = null;
  for (const { kind, node, data } of steps.slice(0, until + 1)) {
    if (node === null || (kind !== "node_entered" && kind !== "enrolled" && nodes.size > 0)) continue;
    const from = data?.from ?? at;
    const taken = graph.edges.find(
      (edge) =>
        edge.source === from && edge.target === node && (data?.outcome === undefined || edge.outcome === data.outcome),
    );
    if (taken) edges.add(taken.id);
    nodes.add(node);
    at = node;
  }
  return { nodes, edges, at };
}
