/** What auto layout does around the layout engine: sizes in, positions out, shifted so that the trigger stays where it was. */

import type { Graph, Position } from "./graph";

export interface Size {
  width: number;
  height: number;
}

export function anchor(
  graph: Graph,
  laidOut: ReadonlyMap<string, Position>,
  isStart: (type: string) => boolean,
): Map<string, Position> {
  const fixed = graph.nodes.find((node) => isStart(node.type)) ?? graph.nodes[0];
  const to = fixed && laidOut.get(fixed.id);
  if (!fixed || !to) return new Map(laidOut);
  const shift = { x: fixed.position.x - to.x, y: fixed.position.y - to.y };
  return new Map(
    [...laidOut].map(([id, at]) => [id, { x: Math.round(at.x + shift.x), y: Math.round(at.y + shift.y) }]),
  );
}

/** A free place for a new node beside another: to its right, lower while something is already there. */
export function placeBeside(graph: Graph, id: string, size: Size, gap: Size): Position {
  const from = graph.nodes.find((node) => node.id === id)?.position ?? { x: 0, y: 0 };
  const place = { x: from.x + size.width + gap.width, y: from.y };
  const covered = (at: Position) =>
    graph.nodes.some(
      (node) => Math.abs(node.position.x - at.x) < size.width && Math.abs(node.position.y - at.y) < size.height,
    );
  while (covered(place)) place.y += size.height + gap.height;
  return place;
}
