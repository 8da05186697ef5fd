/** Two answers to the same question, of two versions or two periods, beside each other. Pure. */

import type { Money, ReviewFilters } from "@/api/review";
import type { FunnelAnswer } from "@/api/reviewPaths";

export interface Difference {
  key: string;
  left: number | null;
  right: number | null;
  /** right − left; null where one side is not known. */
  change: number | null;
  /** The change as a part of the left; null where that is nothing. */
  relative: number | null;
}

export function difference(key: string, left: number | null, right: number | null): Difference {
  const change = left === null || right === null ? null : right - left;
  return { key, left, right, change, relative: change === null || !left ? null : change / Math.abs(left) };
}

const stage = (answer: FunnelAnswer, key: string) => answer.stages.find((each) => each.key === key)?.people ?? null;

/** People of each stage that either side knows, in the order of the first that does. */
export function stageDifferences(left: FunnelAnswer, right: FunnelAnswer): Difference[] {
  const keys = [...new Set([...left.stages, ...right.stages].map(({ key }) => key))];
  return keys.map((key) => difference(key, stage(left, key), stage(right, key)));
}

/** The same as shares of those who entered: two sides of different size can be compared by these. */
export function rateDifferences(left: FunnelAnswer, right: FunnelAnswer): Difference[] {
  const [inLeft, inRight] = [firstOf(left), firstOf(right)];
  const rate = (people: number | null, all: number) => (people === null || all === 0 ? null : people / all);
  return stageDifferences(left, right)
    .slice(1)
    .map(({ key, left: one, right: other }) => difference(key, rate(one, inLeft), rate(other, inRight)));
}

/** The share of those who entered that came to each node. */
export function nodeDifferences(left: FunnelAnswer, right: FunnelAnswer): Difference[] {
  const share = (answer: FunnelAnswer, node: string) => {
    const all = firstOf(answer);
    const found = answer.nodes.find((each) => each.node === node);
    return found && all > 0 ? found.people / all : null;
  };
  const nodes = [...new Set([...left.nodes, ...right.nodes].map(({ node }) => node))];
  return nodes.map((node) => difference(node, share(left, node), share(right, node)));
}

const firstOf = (answer: FunnelAnswer) => stage(answer, "entered") ?? answer.stages[0]?.people ?? 0;

/** Sums by currency; what only one side has stands against nothing. */
export function moneyDifferences(left: readonly Money[], right: readonly Money[]): Difference[] {
  const of = (side: readonly Money[], currency: string) =>
    Number(side.find((amount) => amount.currency === currency)?.value ?? 0);
  const currencies = [...new Set([...left, ...right].map(({ currency }) => currency))];
  return currencies.map((currency) => difference(currency, of(left, currency), of(right, currency)));
}

/** A side as the address has it: "version:3", or "2026-02-01/2026-02-14", both days included. */
export function sideFilters(side: string): Pick<ReviewFilters, "version" | "since" | "until"> {
  if (side.startsWith("version:")) return { version: side.slice("version:".length) };
  const [since, until] = side.split("/");
  return { ...(since ? { since } : {}), ...(until ? { until } : {}) };
}

const DAY_MS = 86_400_000;

/** As many days right before a period. */
export function periodBefore(since: string, until: string): { since: string; until: string } {
  const [first, last] = [Date.parse(since), Date.parse(until)];
  const date = (at: number) => new Date(at).toISOString().slice(0, 10);
  return { since: date(first - (last - first) - DAY_MS), until: date(first - DAY_MS) };
}
