/**
 * What a card will measure, as long as it has not been drawn: with it React Flow draws only what is seen of a large journey, where it
 * would else draw everything once to measure it. A card's own size and ports take over as soon as it is drawn.
 */

import { Position } from "@xyflow/react";
import type { GraphNode } from "../core/graph";
import { isStart, outcomesOf } from "../nodes/registry";
import { type FlowNode, NODE_WIDTH } from "./JourneyNode";

const LARGE = 60;
const HEAD_AND_SENTENCE = 96;
const OUTCOME = 30;
const PORT = { width: 12, height: 12 };
const ENTRY = 24;
/** No drawn card has a broken height, so none is taken for measured before it is. */
const BROKEN = 0.5;

/** Whether only what is seen of so many nodes is drawn. */
export function isLarge(nodes: number): boolean {
  return nodes > LARGE;
}

export function expected(node: GraphNode): Pick<FlowNode, "measured" | "handles"> {
  const outcomes = outcomesOf(node);
  const listed = outcomes.length === 1 ? 0 : outcomes.length * OUTCOME;
  const height = HEAD_AND_SENTENCE + listed + BROKEN;
  const leaving = outcomes.map(({ id }, index) => ({
    id,
    type: "source" as const,
    position: Position.Right,
    x: NODE_WIDTH - PORT.width / 2,
    y: outcomes.length === 1 ? ENTRY : HEAD_AND_SENTENCE + (index + 0.5) * OUTCOME - PORT.height / 2,
    ...PORT,
  }));
  const entry = { id: "in", type: "target" as const, position: Position.Left, x: -PORT.width / 2, y: ENTRY, ...PORT };
  return { measured: { width: NODE_WIDTH, height }, handles: isStart(node) ? leaving : [entry, ...leaving] };
}

/** A node that has been measured says itself where its ports are. */
export function forgetExpected(node: FlowNode): FlowNode {
  if (!node.handles) return node;
  const { handles: _, ...measured } = node;
  return measured;
}
