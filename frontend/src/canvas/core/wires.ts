import type { Position } from "./graph";

export const MIDDLE = 0.5;

interface Joining {
  id: string;
  source: string;
  target: string;
}

/**
 * How far along its wire the buttons of each edge stand, from 0 to 1: in its middle, or spread where several join the same two cards. The
 * wire of the lowest port (`rowOf` is largest) has them next to that port: there the wires are farthest from each other.
 */
export function sharesOf<Of extends Joining>(
  edges: readonly Of[],
  rowOf: (edge: Of) => number,
): ReadonlyMap<string, number> {
  const joining = new Map<string, Of[]>();
  for (const edge of edges) {
    const pair = `${edge.source} ${edge.target}`;
    const others = joining.get(pair);
    if (others) others.push(edge);
    else joining.set(pair, [edge]);
  }
  const shares = new Map<string, number>();
  for (const group of joining.values()) {
    const rows = group.length > 1 ? group.toSorted((one, other) => rowOf(other) - rowOf(one)) : group;
    for (const [place, { id }] of rows.entries()) shares.set(id, (place + 0.5) / rows.length);
  }
  return shares;
}

/** The point of a cubic curve, "M0,0 C1,0 2,1 3,1", so far along it. Throws TypeError for another path. */
export function pointOf(path: string, share: number): Position {
  const [startX, startY, firstX, firstY, secondX, secondY, endX, endY] = (path.match(/-?[\d.]+(?:e-?\d+)?/g) ?? []).map(
    Number,
  );
  if (startX === undefined || startY === undefined || firstX === undefined || firstY === undefined)
    throw new TypeError(`no curve: ${path}`);
  if (secondX === undefined || secondY === undefined || endX === undefined || endY === undefined)
    throw new TypeError(`no curve: ${path}`);
  const rest = 1 - share;
  const along = (start: number, first: number, second: number, end: number) =>
    rest ** 3 * start + 3 * rest ** 2 * share * first + 3 * rest * share ** 2 * second + share ** 3 * end;
  return { x: along(startX, firstX, secondX, endX), y: along(startY, firstY, secondY, endY) };
}
