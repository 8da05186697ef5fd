/** Auto layout by ELK, in a worker of its own and loaded only when it is asked for. */

import type { ELK } from "elkjs/lib/elk-api";
import { anchor, type Size } from "../core/arrange";
import type { Graph, Position } from "../core/graph";
import { carryNotes } from "../core/notes";
import { isStart, outcomesOf } from "../nodes/registry";

let elk: Promise<ELK> | undefined;

async function start(): Promise<ELK> {
  const [{ default: Elk }, { default: workerUrl }] = await Promise.all([
    import("elkjs/lib/elk-api.js"),
    import("elkjs/lib/elk-worker.min.js?url"),
  ]);
  return new Elk({ workerUrl });
}

/** Positions for every node and note, left to right, with each node's ports in their order and the trigger where it was. */
export async function arrange(graph: Graph, sizeOf: (id: string) => Size): Promise<Map<string, Position>> {
  elk ??= start();
  const laidOut = await (await elk).layout({
    id: "journey",
    layoutOptions: {
      "elk.algorithm": "layered",
      "elk.direction": "RIGHT",
      "elk.layered.spacing.nodeNodeBetweenLayers": "90",
      "elk.spacing.nodeNode": "44",
      "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
      "elk.layered.nodePlacement.strategy": "BRANDES_KOEPF",
      "elk.layered.nodePlacement.bk.fixedAlignment": "BALANCED",
    },
    children: graph.nodes.map((node) => {
      const size = sizeOf(node.id);
      const outcomes = outcomesOf(node);
      return {
        id: node.id,
        ...size,
        layoutOptions: { "elk.portConstraints": "FIXED_POS" },
        ports: [
          { id: `${node.id}/in`, width: 1, height: 1, x: 0, y: 30, layoutOptions: { "elk.port.side": "WEST" } },
          ...outcomes.map((outcome, index) => ({
            id: `${node.id}/${outcome.id}`,
            width: 1,
            height: 1,
            x: size.width,
            y: outcomes.length === 1 ? 30 : size.height - (outcomes.length - index - 0.5) * 30,
            layoutOptions: { "elk.port.side": "EAST" },
          })),
        ],
      };
    }),
    edges: graph.edges
      .filter((edge) =>
        graph.nodes.some(
          (node) => node.id === edge.source && outcomesOf(node).some((each) => each.id === edge.outcome),
        ),
      )
      .map((edge) => ({ id: edge.id, sources: [`${edge.source}/${edge.outcome}`], targets: [`${edge.target}/in`] })),
  });
  const positions = (laidOut.children ?? []).map((child): [string, Position] => [
    child.id,
    { x: child.x ?? 0, y: child.y ?? 0 },
  ]);
  return carryNotes(
    graph,
    anchor(graph, new Map(positions), (type) => isStart({ type })),
  );
}
