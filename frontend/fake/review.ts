/** What the in-memory API finds in its reviews: figures made up, but of one piece, in the contract's shapes. */

import type { OverviewAnswer } from "../src/api/reviewAcross";
import type { AttributionAnswer, Grouping } from "../src/api/reviewCredits";
import type { Report, ReportFields, ReviewExport } from "../src/api/reviewFiles";
import type { FunnelAnswer, PathsAnswer, Stage } from "../src/api/reviewPaths";
import type { Replay } from "../src/api/reviewReplay";
import type { Journey, NodeCounts } from "../src/api/types";
import { demoGraph } from "./demo.ts";
import { NOW } from "./now.ts";
import { cny, common, HOLDOUT, LOSSES, TESTS } from "./reviewFigures.ts";
import { CONVERSIONS, ordersOf } from "./reviewOrders.ts";
import { REPLAYED } from "./reviewReplay.ts";
import { ReviewRulesKept } from "./reviewRules.ts";
import { COST, MESSAGES, MOVEMENT, RETENTION, SUMMARY } from "./reviewWorth.ts";
import { person } from "./rows.ts";

const MODELS = ["first", "last", "linear", "time_decay", "position", "markov", "shapley"] as const;
const STEP = 0.25;
const page = (results: unknown[]) => ({ next: null, previous: null, results });

type Nodes = Record<string, NodeCounts>;

/** As often as people, for everybody comes once. */
const once = (people: number) => ({ people, times: people });
const stage = (key: Stage["key"], people: number): Stage => ({ key, ...once(people) });

function funnel(nodes: Nodes, by: string | null): FunnelAnswer {
  const entered = nodes.n1?.entered ?? 0;
  const days = ["2026-02-23", "2026-02-24", "2026-02-25", "2026-02-26", "2026-02-27"];
  const keys: Record<string, string[]> = {
    day: days,
    version: ["v2", "v3"],
    variant: ["n4:a", "n4:b"],
    channel: ["sms"],
  };
  const rows = (keys[by ?? ""] ?? []).map((key, place, all) => {
    const people = Math.round((entered / all.length) * (1 - place * 0.04));
    return {
      key,
      stages: [stage("entered", people), stage("converted", Math.round(people * (0.13 + place * 0.01)))],
      value: cny("77284.10"),
    };
  });
  return {
    ...common,
    stages: [
      stage("entered", entered),
      stage("sent", Math.round(entered * 0.82)),
      stage("delivered", Math.round(entered * 0.79)),
      stage("clicked", Math.round(entered * 0.31)),
      stage("converted", Math.round(entered * 0.15)),
    ],
    nodes: Object.entries(nodes).map(([node, count]) => ({
      node,
      people: count.entered,
      times: Math.round(count.entered * 1.02),
      waiting: count.waiting,
      left: Object.fromEntries(Object.entries(count.left).map(([key, times]) => [key, once(Number(times))])),
      ended: once(0),
      stay: node === "n2" ? { p50_s: 172_800, p90_s: 205_000 } : null,
      messages: {
        asked: once(count.sent + count.blocked),
        sent: once(count.sent),
        delivered: once(count.delivered),
        read: once(0),
        clicked: once(count.clicked),
        replied: once(0),
        failed: once(count.failed),
        blocked: once(count.blocked),
      },
      converted: { people: count.converted, value: count.converted > 0 ? cny("386420.50") : [] },
    })),
    rows,
  };
}

function paths(nodes: Nodes): PathsAnswer {
  return {
    ...common,
    nodes: Object.entries(nodes).map(([node, count]) => ({
      node,
      ...once(count.entered),
      waiting: count.waiting,
      ended: 0,
    })),
    links: demoGraph.edges.map(({ source, outcome, target }) => ({
      source,
      outcome,
      target,
      ...once(Number(nodes[source]?.left[outcome] ?? 0)),
    })),
  };
}

function attribution(by: Grouping): AttributionAnswer {
  const names: Record<string, string> = { sms: "短信", wechat_template: "微信模板消息", email: "邮件" };
  const parts = [0.5, 0.3, 0.2];
  return {
    ...common,
    by,
    window_days: 30,
    models: [...MODELS],
    totals: { people: 1926, value: cny("386420.50") },
    rows: Object.keys(names).map((key, place) => ({
      key: by === "channel" ? key : `${by}-${place + 1}`,
      name: by === "channel" ? (names[key] ?? key) : `${by} ${place + 1}`,
      credits: Object.fromEntries(
        MODELS.map((model, turn) => {
          const part = parts[(place + turn) % parts.length] ?? 0;
          return [model, { people: 1926 * part, value: cny((386420.5 * part).toFixed(2)) }];
        }),
      ),
    })),
  };
}

function reportOf(asked: ReportFields, id: string): Report {
  const usual = {
    every: "week",
    on_day: 1,
    days: 7,
    account: null,
    url: "",
    enabled: true,
    language: "zh-CN",
  } as const;
  const made = { id, next_at: NOW, created_by: "demo", created_at: NOW, updated_at: NOW };
  return { ...usual, journeys: [], emails: [], ...asked, ...made };
}

const groupingOf = (query: URLSearchParams) => (query.get("by") ?? "channel") as Grouping;

export class Reviews {
  readonly kept = new ReviewRulesKept();
  private exports = new Map<string, ReviewExport>();
  private reports: Report[] = [];
  private replays = new Map<string, Replay>();

  /** The answer of `journeys/{id}/review/{path}`, undefined where there is none of the name. */
  of(
    journey: Journey,
    nodes: Nodes,
    path: readonly string[],
    { method, query, body }: { method: string; query: URLSearchParams; body: object },
  ): unknown {
    const [part, more] = path;
    switch (part) {
      case "definition":
        return this.kept.definition(journey.id, method, body);
      case "funnel":
        return funnel(nodes, query.get("by"));
      case "paths":
        return paths(nodes);
      case "experiments":
        return journey.live_version ? TESTS : { ...TESTS, experiments: [] };
      case "holdout":
        return HOLDOUT;
      case "conversions":
        return CONVERSIONS;
      case "attribution":
        return attribution(groupingOf(query));
      case "losses":
        return more === "people" ? page([person("e1", "waiting")]) : LOSSES;
      case "cost":
        return COST;
      case "retention":
        return RETENTION;
      case "movement":
        return MOVEMENT;
      case "messages":
        return MESSAGES;
      case "summary":
        return SUMMARY;
      case "refresh":
        return {};
      case "people":
        return page([person("e1", "waiting")]);
      default:
        return undefined;
    }
  }

  /** The answer of `review/{path}`. */
  across(
    journeys: readonly Journey[],
    path: readonly string[],
    method: string,
    query: URLSearchParams,
    body: object,
  ): unknown {
    const [part, id] = path;
    if (part === "overview") return overview(journeys);
    if (part === "attribution") return attribution(groupingOf(query));
    if (part === "orders") return page(ordersOf(query));
    if (part === "exports") return this.export(id);
    if (part === "rules" || part === "costs") return this.kept.of(part, method, body);
    if (part !== "reports") return undefined;
    if (method === "DELETE") this.reports = this.reports.filter((report) => report.id !== id);
    if (method === "POST") {
      const made = reportOf(body as ReportFields, `r${this.reports.length + 1}`);
      this.reports.push(made);
      return made;
    }
    return page(this.reports);
  }

  private export(id: string | undefined): ReviewExport {
    const known = this.exports.get(id ?? "") ?? {
      id: `x${this.exports.size + 1}`,
      state: "running",
      done: 0,
      total: 12840,
      error: "",
    };
    const done = id ? Math.min(12840, known.done + 6420) : 0;
    const next: ReviewExport = { ...known, done, state: done === 12840 ? "done" : "running" };
    this.exports.set(next.id, next);
    return next;
  }

  /** The answer of `journeys/{id}/counterfactuals/{path}`. */
  replay([id, more]: readonly string[], method: string): unknown {
    if (more === "people") return page(REPLAYED.people);
    const known = this.replays.get(id ?? "");
    if (method === "POST") {
      const made: Replay = {
        id: `c${this.replays.size + 1}`,
        simulated: true,
        result: null,
        state: "queued",
        progress: 0,
        error: "",
        created_at: NOW,
        finished_at: null,
      };
      this.replays.set(made.id, made);
      return made;
    }
    if (!known) return page([...this.replays.values()]);
    const progress = Math.min(1, known.progress + STEP);
    const next: Replay =
      method === "DELETE"
        ? { ...known, state: "cancelled" }
        : {
            ...known,
            progress,
            state: progress < 1 ? "running" : "done",
            result: progress < 1 ? null : REPLAYED.result,
          };
    this.replays.set(next.id, next);
    return next;
  }
}

function overview(journeys: readonly Journey[]): OverviewAnswer {
  return {
    ...common,
    journeys: journeys.map(({ id, name, state, enrolled, converted }) => ({
      journey: id,
      name,
      state,
      people: enrolled,
      converted,
      rate: enrolled > 0 ? converted / enrolled : null,
      value: enrolled > 0 ? cny("386420.50") : [],
      cost: enrolled > 0 ? cny("21702.30") : [],
      roi: enrolled > 0 ? [{ currency: "CNY", roi: 16.8 }] : [],
      as_of: NOW,
      stale: false,
    })),
  };
}
