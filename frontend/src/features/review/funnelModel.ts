/** What the server says of stages and nodes, as the pages show it. Pure. */

import type { Money } from "@/api/review";
import type { FunnelAnswer, FunnelNode, FunnelRow, Stage } from "@/api/reviewPaths";

export interface StageRow {
  key: string;
  people: number;
  /** Of those of the first stage, and of those of the stage before; null where nobody was. */
  ofFirst: number | null;
  ofBefore: number | null;
}

const share = (part: number, whole: number | undefined) => (whole ? part / whole : null);

export function stageRows(stages: readonly Pick<Stage, "key" | "people">[]): StageRow[] {
  return stages.map(({ key, people }, place) => ({
    key,
    people,
    ofFirst: share(people, stages[0]?.people),
    ofBefore: place === 0 ? null : share(people, stages[place - 1]?.people),
  }));
}

const NOBODY = { people: 0, times: 0 };
export const NOTHING: FunnelNode = {
  node: "",
  people: 0,
  times: 0,
  left: {},
  waiting: 0,
  stay: null,
  ended: NOBODY,
  messages: {
    asked: NOBODY,
    sent: NOBODY,
    delivered: NOBODY,
    read: NOBODY,
    clicked: NOBODY,
    replied: NOBODY,
    failed: NOBODY,
    blocked: NOBODY,
  },
  converted: { people: 0, value: [] },
};

export const nodesById = (answer: Pick<FunnelAnswer, "nodes">) =>
  new Map(answer.nodes.map((node) => [node.node, node]));

export interface BreakdownRow {
  key: string;
  entered: number;
  converted: number;
  rate: number | null;
  value: readonly Money[];
}

const at = ({ stages }: FunnelRow, key: string) => stages.find((stage) => stage.key === key)?.people ?? 0;

export function breakdownRows(rows: readonly FunnelRow[] | undefined): BreakdownRow[] {
  return (rows ?? []).map((row) => {
    const [entered, converted] = [at(row, "entered"), at(row, "converted")];
    return { key: row.key, entered, converted, rate: share(converted, entered), value: row.value };
  });
}
