/** The paths people really took as bands between the nodes, where the canvas has them: pure geometry. */

import type { PathLink } from "@/api/reviewPaths";
import type { Graph, GraphNode, Position } from "@/canvas/core/graph";
import { outcomesOf } from "@/canvas/nodes/registry";

/** The canvas's layout drawn smaller: cards here say less. */
const SCALE = 0.62;
export const CARD = { width: 164, height: 74 };
const MARGIN = 24;
/** The thickest band; cards are a little taller. */
const THICKEST = 60;
const THINNEST = 1.5;
const BELOW = 110;

export interface Placed {
  id: string;
  node: GraphNode | null;
  at: Position;
}

/** A band is as thick as people were; how often they went does not matter. */
type Link = Omit<PathLink, "times">;
/** A link that leads somewhere. */
type Walked = Link & { target: string };

export interface Band extends Walked {
  id: string;
  width: number;
  path: string;
}

export interface Drawing {
  width: number;
  height: number;
  nodes: readonly Placed[];
  bands: readonly Band[];
}

/** What a link is called: the same outcome of a node may have led elsewhere in another version. */
const keyOf = ({ source, outcome, target }: Walked) => `${source} ${outcome} ${target}`;

/** Every node of the graph where it stands, and below them those that only earlier versions had. */
export function placed(graph: Graph, named: readonly string[]): Placed[] {
  const here = graph.nodes.map((node) => ({
    id: node.id,
    node,
    at: { x: node.position.x * SCALE, y: node.position.y * SCALE },
  }));
  const known = new Set(here.map(({ id }) => id));
  const gone = [...new Set(named)].filter((id) => id !== "" && !known.has(id));
  const left = Math.min(0, ...here.map(({ at }) => at.x));
  const low = Math.max(0, ...here.map(({ at }) => at.y + CARD.height));
  const rest = gone.map((id, place) => ({
    id,
    node: null,
    at: { x: left + place * (CARD.width + MARGIN * 2), y: low + BELOW },
  }));
  const all = [...here, ...rest];
  const [dx, dy] = [MARGIN - Math.min(...all.map(({ at }) => at.x)), MARGIN - Math.min(...all.map(({ at }) => at.y))];
  return all.map(({ id, node, at }) => ({ id, node, at: { x: at.x + dx, y: at.y + dy } }));
}

/** Bands as wide as people went along them: the fullest side of any node is as wide as a band may be. */
export function ribbons(graph: Graph, links: readonly Link[]): Drawing {
  const walked = links.filter((link): link is Walked => link.people > 0 && link.target !== null);
  const nodes = placed(
    graph,
    walked.flatMap(({ source, target }) => [source, target]),
  );
  const byId = new Map(nodes.map((each) => [each.id, each]));
  const unit = THICKEST / Math.max(1, fullest(walked));
  const widthOf = ({ people }: Walked) => Math.max(THINNEST, people * unit);
  const rank = (link: Walked) => {
    const node = byId.get(link.source)?.node;
    return node ? outcomesOf(node).findIndex(({ id }) => id === link.outcome) : -1;
  };
  const heightAt = (id: string) => byId.get(id)?.at.y ?? 0;
  const leaving = stacked(
    walked,
    "source",
    widthOf,
    (a, b) => rank(a) - rank(b) || heightAt(a.target) - heightAt(b.target),
  );
  const coming = stacked(walked, "target", widthOf, (a, b) => heightAt(a.source) - heightAt(b.source));
  const bands = walked.map((link): Band => {
    const key = keyOf(link);
    const from = byId.get(link.source)?.at ?? { x: 0, y: 0 };
    const to = byId.get(link.target)?.at ?? { x: 0, y: 0 };
    const start = { x: from.x + CARD.width, y: from.y + CARD.height / 2 + (leaving.get(key) ?? 0) };
    const end = { x: to.x, y: to.y + CARD.height / 2 + (coming.get(key) ?? 0) };
    return { ...link, id: key, width: widthOf(link), path: curve(start, end) };
  });
  return {
    width: Math.max(...nodes.map(({ at }) => at.x + CARD.width), 0) + MARGIN,
    height: Math.max(...nodes.map(({ at }) => at.y + CARD.height), 0) + MARGIN,
    nodes,
    bands: bands.toSorted((a, b) => b.people - a.people),
  };
}

/** The most people on one side of one node. */
function fullest(links: readonly Walked[]): number {
  const sums = new Map<string, number>();
  for (const { source, target, people } of links) {
    for (const side of [`> ${source}`, `< ${target}`]) sums.set(side, (sums.get(side) ?? 0) + people);
  }
  return Math.max(0, ...sums.values());
}

/** How far from the middle of its side each link begins or ends: beside each other, in order, none over another. */
function stacked(
  links: readonly Walked[],
  side: "source" | "target",
  widthOf: (link: Walked) => number,
  order: (a: Walked, b: Walked) => number,
): Map<string, number> {
  const places = new Map<string, number>();
  for (const id of new Set(links.map((link) => link[side]))) {
    const here = links.filter((link) => link[side] === id).toSorted(order);
    let at = -here.reduce((sum, link) => sum + widthOf(link), 0) / 2;
    for (const link of here) {
      places.set(keyOf(link), at + widthOf(link) / 2);
      at += widthOf(link);
    }
  }
  return places;
}

function curve(start: Position, end: Position): string {
  const reach = Math.max(40, Math.abs(end.x - start.x) / 2);
  const n = (value: number) => Number(value.toFixed(1));
  return `M${n(start.x)} ${n(start.y)}C${n(start.x + reach)} ${n(start.y)} ${n(end.x - reach)} ${n(end.y)} ${n(end.x)} ${n(end.y)}`;
}
