/** What the list of journeys and the play gallery show: figures, folders, and one play. */

import type { Figures, Folder, ManyDone, Play, PlayMade, PlayRow } from "../src/api/listing";
import type { Journey } from "../src/api/types";
import { demoGraph } from "./demo.ts";

export function figuresOf({ enrolled, converted, live_version }: Journey): Figures {
  const days = [3, 0, 8, 5, 12, 9, 4];
  return {
    inside: Math.round(enrolled / 4),
    people: enrolled,
    entered: {
      total: live_version ? days.reduce((sum, day) => sum + day, 0) : 0,
      days: days.map((entered, place) => ({ day: `2026-02-${22 + place}`, entered: live_version ? entered : 0 })),
    },
    conversion: live_version
      ? { goal: { id: "g1", name: "首单" }, people: converted, rate: enrolled ? converted / enrolled : null }
      : null,
    last_change: { kind: "saved", at: "2026-03-01T08:00:00Z", by: "li" },
    next: null,
  };
}

const ROW: PlayRow = {
  id: "replenishment",
  own: false,
  name: "补货提醒",
  summary: "按商品的使用周期，在用完前提醒补货。",
  category: "retention",
  figure: "周期复购率",
  channels: ["sms"],
  events: ["order_paid"],
  attributes: ["name"],
  steps: demoGraph.nodes.length,
  created_by: null,
  updated_at: null,
};

export const PLAYS: PlayRow[] = [ROW, { ...ROW, id: "own-1", own: true, name: "我的打法", category: "care" }];

const EVIDENCE: NonNullable<Play["evidence"]> = {
  kept_at: "2026-03-31T02:00:00Z",
  period: { since: "2026-03-01T02:00:00Z", until: "2026-03-30T02:00:00Z" },
  people: 1280,
  runs: 1302,
  conversion: { people: 154, rate: 0.1203, low: 0.1036, high: 0.1393, confidence: 0.95 },
  value: [{ currency: "CNY", value: "38420.00" }],
  cost: [{ currency: "CNY", value: "57.60" }],
  messages: { delivered: 1204, failed: 31 },
  definition: { goal: "g1", name: "复购", event: "order_paid", window: "P7D", value: "amount", source: "credits" },
  texts: [],
};

export function playOf(id: string): Play {
  const row = PLAYS.find((each) => each.id === id) ?? ROW;
  const label = { min: 1, max: 365, unit: "days" as const, choices: [] };
  return {
    ...row,
    graph: demoGraph,
    parameters: row.own ? [] : [{ key: "cycle", kind: "number", label: "使用周期（天）", default: 30, ...label }],
    unfilled: [],
    evidence: row.own ? EVIDENCE : null,
    journey: null,
  };
}

/** What a draft from a play is answered with. */
export function made({ id, name }: Journey): PlayMade {
  return { journey: id, name, unfilled: [], issues: [] };
}

type Placed = { folder: Journey["folder"] };

export class Folders {
  rows: Folder[] = [{ id: "f1", name: "会员", count: 0, created_at: "2026-03-01T08:00:00Z" }];

  add(name: string): Folder {
    const folder = { id: `f${this.rows.length + 1}`, name, count: 0, created_at: "2026-03-01T08:00:00Z" };
    this.rows.push(folder);
    return folder;
  }

  /** Moves or deletes many journeys. */
  act(journeys: Map<string, Placed>, { act, journeys: chosen, folder }: Record<string, unknown>): ManyDone {
    const ids = chosen as string[];
    for (const id of ids) {
      const journey = journeys.get(id);
      if (act === "move" && journey) journey.folder = this.rows.find((row) => row.id === folder) ?? null;
      if (act === "delete") journeys.delete(id);
    }
    return { done: ids, refused: [] };
  }
}
