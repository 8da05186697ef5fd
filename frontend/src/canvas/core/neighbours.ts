/** Going from node to node without a mouse: along the edges to the right and left, and to what lies above and below. */

import type { Graph, GraphNode } from "./graph";
import { nodeOf } from "./graph";

export const DIRECTIONS = ["left", "right", "up", "down"] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** How much less a step aside counts than a step ahead. */
const ASIDE = 2.5;

function nearest(graph: Graph, from: GraphNode, direction: Direction): string | null {
  const across = direction === "left" || direction === "right";
  const sign = direction === "left" || direction === "up" ? -1 : 1;
  let best: { id: string; far: number } | null = null;
  for (const node of graph.nodes) {
    if (node.id === from.id) continue;
    const dx = node.position.x - from.position.x;
    const dy = node.position.y - from.position.y;
    const ahead = sign * (across ? dx : dy);
    const aside = Math.abs(across ? dy : dx);
    if (ahead <= 0) continue;
    const far = ahead + aside * ASIDE;
    if (!best || far < best.far) best = { id: node.id, far };
  }
  return best?.id ?? null;
}

/** The node to go to, or null where nothing lies that way. `order` is that of a node's outcomes. */
export function neighbour(
  graph: Graph,
  id: string,
  direction: Direction,
  order: (node: GraphNode) => readonly string[],
): string | null {
  const from = nodeOf(graph, id);
  if (!from) return null;
  if (direction === "right") {
    const ranks = order(from);
    const [next] = graph.edges
      .filter((edge) => edge.source === id && nodeOf(graph, edge.target))
      .toSorted((a, b) => ranks.indexOf(a.outcome) - ranks.indexOf(b.outcome));
    if (next) return next.target;
  }
  if (direction === "left") {
    const came = graph.edges.find((edge) => edge.target === id && nodeOf(graph, edge.source));
    if (came) return came.source;
  }
  return nearest(graph, from, direction);
}
