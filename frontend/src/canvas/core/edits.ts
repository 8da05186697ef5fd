/** Edits of a graph: each returns a new graph and leaves the given one alone; an edit that changes nothing returns the same object. */

import {
  type Config,
  edgeFrom,
  type Graph,
  type GraphEdge,
  type GraphNode,
  nodeOf,
  type Outcome,
  type Position,
  type Settings,
} from "./graph";
import { nextId } from "./ids";

export type OutcomesOf = (node: GraphNode) => readonly Outcome[];

export function addNode(graph: Graph, type: string, config: Config, position: Position): { graph: Graph; id: string } {
  const id = nextId(
    "n",
    graph.nodes.map((node) => node.id),
  );
  return { id, graph: { ...graph, nodes: [...graph.nodes, { id, type, name: "", config, position }] } };
}

export function moveNodes(graph: Graph, positions: ReadonlyMap<string, Position>): Graph {
  let moved = false;
  const nodes = graph.nodes.map((node) => {
    const to = positions.get(node.id);
    if (!to || (to.x === node.position.x && to.y === node.position.y)) return node;
    moved = true;
    return { ...node, position: { x: Math.round(to.x), y: Math.round(to.y) } };
  });
  return moved ? { ...graph, nodes } : graph;
}

export function renameNode(graph: Graph, id: string, name: string): Graph {
  return { ...graph, nodes: graph.nodes.map((node) => (node.id === id ? { ...node, name } : node)) };
}

export function setSettings(graph: Graph, settings: Settings): Graph {
  return { ...graph, settings };
}

/** Whether an edge from this port to that node may be drawn: not to itself, and not into a node that starts the journey. */
export function canConnect(
  graph: Graph,
  source: string,
  target: string,
  isStart: (node: GraphNode) => boolean,
): boolean {
  const node = nodeOf(graph, target);
  return source !== target && node !== undefined && nodeOf(graph, source) !== undefined && !isStart(node);
}

/** Draws an edge; an edge that already leaves the same outcome is replaced, because at most one may. */
export function connect(graph: Graph, source: string, outcome: string, target: string): Graph {
  const present = edgeFrom(graph, source, outcome);
  if (present?.target === target) return graph;
  const id = nextId(
    "e",
    graph.edges.map((edge) => edge.id),
  );
  const edges = graph.edges.filter((edge) => edge !== present);
  return { ...graph, edges: [...edges, { id, source, outcome, target }] };
}

export function removeEdges(graph: Graph, ids: ReadonlySet<string>): Graph {
  const edges = graph.edges.filter((edge) => !ids.has(edge.id));
  return edges.length === graph.edges.length ? graph : { ...graph, edges };
}

/** Where a removed node's visitors go on: along its first connected outcome, past other removed nodes. */
function onward(graph: Graph, id: string, removed: ReadonlySet<string>, outcomesOf: OutcomesOf): string | null {
  const seen = new Set<string>();
  let current = id;
  while (removed.has(current)) {
    if (seen.has(current)) return null;
    seen.add(current);
    const node = nodeOf(graph, current);
    const from = current;
    const next =
      node &&
      outcomesOf(node)
        .map((outcome) => edgeFrom(graph, from, outcome.id))
        .find((edge) => edge !== undefined);
    if (!next) return null;
    current = next.target;
  }
  return current;
}

/** Deletes nodes and joins the paths that led into them to where their main outcome went. */
export function removeNodes(graph: Graph, ids: ReadonlySet<string>, outcomesOf: OutcomesOf): Graph {
  if (!graph.nodes.some((node) => ids.has(node.id))) return graph;
  const edges: GraphEdge[] = [];
  for (const edge of graph.edges) {
    if (ids.has(edge.source)) continue;
    const target = onward(graph, edge.target, ids, outcomesOf);
    if (target !== null && target !== edge.source) edges.push(target === edge.target ? edge : { ...edge, target });
  }
  return { ...graph, nodes: graph.nodes.filter((node) => !ids.has(node.id)), edges };
}

/** Puts a new node between the two ends of an edge; its main outcome takes over the old target, and what lies ahead makes room. */
export function insertOnEdge(
  graph: Graph,
  edgeId: string,
  type: string,
  config: Config,
  outcomesOf: OutcomesOf,
  position?: Position,
): { graph: Graph; id: string } | null {
  const edge = graph.edges.find((candidate) => candidate.id === edgeId);
  const source = edge && nodeOf(graph, edge.source);
  const target = edge && nodeOf(graph, edge.target);
  if (!edge || !source || !target) return null;
  const middle = {
    x: Math.round((source.position.x + target.position.x) / 2),
    y: Math.round((source.position.y + target.position.y) / 2),
  };
  const added = addNode(graph, type, config, position ?? middle);
  const node = nodeOf(added.graph, added.id);
  const main = node && outcomesOf(node)[0];
  let next = connect(added.graph, edge.source, edge.outcome, added.id);
  if (main) next = connect(next, added.id, main.id, edge.target);
  return { graph: next, id: added.id };
}

/**
 * Changes a node's configuration. Edges of outcomes that vanish go with them, except that the main outcome's edge follows the main
 * outcome: turning `await` on in a send moves what led on from `next` to `success`.
 */
export function setConfig(graph: Graph, id: string, config: Config, outcomesOf: OutcomesOf): Graph {
  const before = nodeOf(graph, id);
  if (!before) return graph;
  const after = { ...before, config };
  const main = outcomesOf(before)[0]?.id;
  const outcomes = outcomesOf(after).map((outcome) => outcome.id);
  const heir = outcomes[0];
  const heirFree = heir !== undefined && !outcomesOf(before).some((outcome) => outcome.id === heir);
  const edges = graph.edges.flatMap((edge) => {
    if (edge.source !== id || outcomes.includes(edge.outcome)) return [edge];
    return edge.outcome === main && heirFree ? [{ ...edge, outcome: heir }] : [];
  });
  return {
    ...graph,
    nodes: graph.nodes.map((node) => (node === before ? after : node)),
    edges:
      edges.length === graph.edges.length && edges.every((edge, index) => edge === graph.edges[index])
        ? graph.edges
        : edges,
  };
}
