/** The life of a journey in the in-memory API: versions, migration, approval, comments, changes, forecasts, launches. */

import type { Approval, Comment, Diff, MigrationPreview } from "../src/api/life";
import type { Forecast, ForecastResult } from "../src/api/trial";
import type { Journey } from "../src/api/types";
import { NOW } from "./now.ts";

const ME = { id: 1, name: "管理员" };
const OTHER = { id: 2, name: "小李" };
const STEP = 0.25;

export class Life {
  approvals = new Map<string, Approval>();
  comments: Comment[] = [{ id: "c1", text: "等待两天会不会太久？", node_id: "n2", author: OTHER, created_at: NOW }];
  forecasts = new Map<string, Forecast>();

  /** The answer of `journeys/{id}/{path}`, or undefined where this knows nothing of it. */
  handle(journey: Journey, path: string[], method: string, body: Record<string, unknown>, language: string): unknown {
    const [what, which] = path;
    switch (what) {
      case "versions":
        return rows(
          [1, 2, 3].map((number) => ({
            id: `v${number}`,
            number,
            graph: journey.graph,
            published_at: NOW,
            published_by: "admin",
          })),
        );
      case "migration":
        return which === "preview" ? preview(body, language) : { migrated: 902, staying: 42 };
      case "approval":
        return this.approve(journey, which, body);
      case "comments":
        if (method === "GET") return rows(this.comments);
        this.comments.push({
          id: `c${this.comments.length + 1}`,
          text: String(body.text),
          node_id: (body.node_id as string) ?? null,
          author: ME,
          created_at: new Date().toISOString(),
        });
        return this.comments.at(-1);
      case "changes":
        return rows(changes(language));
      case "diff":
        return DIFF;
      case "launches":
        return rows([
          {
            id: "l1",
            due_at: NOW,
            started_at: NOW,
            finished_at: NOW,
            state: "done",
            people: 12840,
            admitted: 12310,
            refused: { already_enrolled: 480, entry_rule: 50 },
            error: "",
          },
        ]);
      case "forecasts":
        return this.forecast(which, method);
      case "nodes":
        return { message: "m1", state: "accepted", reason: "" };
      case "enrollments":
        return which ? { changed: 12 } : undefined;
      default:
        return undefined;
    }
  }

  private approve(journey: Journey, which: string | undefined, body: Record<string, unknown>): unknown {
    const asked = this.approvals.get(journey.id);
    const approval: Approval =
      which === "decision" && asked
        ? {
            ...asked,
            state: body.decision === "approve" ? "approved" : "rejected",
            decided_by: OTHER,
            decided_at: NOW,
            comment: String(body.comment ?? ""),
          }
        : {
            state: "asked",
            revision: journey.revision,
            asked_by: ME,
            asked_at: NOW,
            decided_by: null,
            decided_at: null,
            comment: String(body.comment ?? ""),
          };
    this.approvals.set(journey.id, approval);
    return journey;
  }

  private forecast(id: string | undefined, method: string): unknown {
    if (method === "POST") {
      const made: Forecast = {
        id: `f${this.forecasts.size + 1}`,
        state: "queued",
        progress: 0,
        error: null,
        result: null,
      };
      this.forecasts.set(made.id, made);
      return made;
    }
    const found = this.forecasts.get(id ?? "");
    if (!found) return undefined;
    if (method === "DELETE") found.state = "cancelled";
    else if (found.state === "queued" || found.state === "running") {
      found.progress = Math.min(1, found.progress + STEP);
      found.state = found.progress < 1 ? "running" : "done";
      if (found.state === "done") found.result = forecastResult();
    }
    return found;
  }
}

function rows(results: unknown[]) {
  return { next: null, previous: null, results };
}

function preview(body: Record<string, unknown>, language: string): MigrationPreview {
  const mapping = (body.mapping ?? {}) as Record<string, string | null>;
  const en = language === "en";
  const row = (number: number, node: string, name: string, people: number, target: string | null) => {
    const to = node in mapping ? (mapping[node] ?? null) : target;
    return {
      version: `v${number}`,
      number,
      node,
      node_name: name,
      people,
      target: to,
      target_name: to ?? "",
      reason: to ? "" : "node_removed",
      text: to
        ? en
          ? "They go on from the same place."
          : "从同一处继续。"
        : en
          ? "The node is no longer there."
          : "新版本里没有这个节点。",
    };
  };
  const all = [row(1, "n2", "等两天", 860, "n2"), row(1, "n11", "旧短信", 42, null), row(2, "n7", "等首单", 42, "n7")];
  const sum = (staying: boolean) =>
    all.filter((each) => (each.target === null) === staying).reduce((total, each) => total + each.people, 0);
  return { to: { id: "v3", number: 3 }, movable: sum(false), staying: sum(true), rows: all };
}

function changes(language: string) {
  const en = language === "en";
  const row = (id: string, kind: string, version: number | null, zh: string, words: string) => ({
    id,
    at: NOW,
    user: id === "h3" ? OTHER : ME,
    kind,
    version,
    data: {},
    text: en ? words : zh,
  });
  return [
    row("h4", "published", 3, "发布了第 3 版。", "Published version 3."),
    row("h3", "approved", null, "批准了修订 12。", "Approved revision 12."),
    row("h2", "saved", null, "保存了草稿。", "Saved the draft."),
    row("h1", "created", null, "创建了旅程。", "Created the journey."),
  ];
}

const DIFF: Diff = {
  nodes: {
    added: [{ id: "n12", type: "webhook", name: "通知会员系统" }],
    removed: [{ id: "n11", type: "send", name: "旧短信" }],
    changed: [
      {
        id: "n2",
        type: "wait",
        name: "等两天",
        fields: ["config.for"],
        before: { "config.for": "P2D" },
        after: { "config.for": "P3D" },
      },
    ],
  },
  edges: { added: [{ source: "n2", outcome: "next", target: "n12" }], removed: [] },
  notes: { added: [], removed: [], changed: [] },
  settings: { changed: [{ field: "holdout", before: null, after: { percent: 5 } }] },
  effects: [
    {
      code: "wait_changed",
      severity: "info",
      node_id: "n2",
      message: "",
      messages: { "zh-CN": "正在等待的人保持原来的到期时间。", en: "Who waits already keeps the time they had." },
    },
    {
      code: "node_removed",
      severity: "warning",
      node_id: "n11",
      message: "",
      messages: { "zh-CN": "停在被删节点的人留在原版本。", en: "People at the removed node stay in their version." },
    },
  ],
};

function forecastResult(): ForecastResult {
  const start = Date.parse(NOW);
  const hour = (count: number) => new Date(start + count * 3_600_000).toISOString();
  return {
    people: 12840,
    sampled_from: 128_400,
    scale: 10,
    sends: Array.from({ length: 120 }, (_, index) => ({
      at: hour(index * 3),
      channel: index % 4 === 0 ? "email" : "sms",
      allowed: 40 + ((index * 37) % 90),
      held: index % 5 === 0 ? 18 : 0,
      blocked: index % 3 === 0 ? 9 : 2,
    })),
    blocked: [
      { rule: "consent", reason: "no_consent", channel: "sms", count: 412 },
      { rule: "marketing_hours", reason: "quiet_hours", channel: "sms", count: 96 },
    ],
    nodes: Array.from({ length: 15 }, (_, day) => [
      { at: hour(day * 24), node: "n2", people: Math.max(0, 9000 - day * 1500) },
      { at: hour(day * 24), node: "n7", people: Math.min(6000, day * 700) },
    ]).flat(),
    ended: { completed: 9800, waiting: 1900, converted_exit: 1140 },
    quotas: [{ account: "a1", key: "sms-main", name: "品牌短信", exhausted_at: hour(60) }],
    notes: [],
  };
}
