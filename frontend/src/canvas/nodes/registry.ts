/** Every node type of the canvas, in the palette's order. A new type is its folder, its texts and a line here. */

import { NEXT } from "../core/definition";
import type { Graph, GraphNode, Outcome } from "../core/graph";
import ab from "./ab";
import enroll from "./enroll";
import exit from "./exit";
import goal from "./goal";
import type { AnyKind } from "./kind";
import send from "./send";
import split from "./split";
import task from "./task";
import trigger from "./trigger";
import update from "./update";
import wait from "./wait";
import waitEvent from "./wait_event";
import webhook from "./webhook";

export const KINDS: readonly AnyKind[] = [
  trigger,
  send,
  task,
  wait,
  waitEvent,
  split,
  ab,
  update,
  webhook,
  enroll,
  goal,
  exit,
];

const BY_TYPE = new Map(KINDS.map((kind) => [kind.definition.type, kind]));

export function kindOf(type: string): AnyKind | undefined {
  return BY_TYPE.get(type);
}

/** The ports of a node. A type this console does not know yet gets the one port that every type but the exit has. */
export function outcomesOf(node: GraphNode): readonly Outcome[] {
  return kindOf(node.type)?.definition.outcomes(node.config) ?? NEXT;
}

export function isStart(node: Pick<GraphNode, "type">): boolean {
  return kindOf(node.type)?.definition.start === true;
}

export function hasStart(graph: Graph): boolean {
  return graph.nodes.some(isStart);
}
