/** Imports in memory: every file has the same three columns; a dry run and a run end at the third look. */

import { NOW } from "./now.ts";
import type { Answer } from "./world.ts";

interface Job {
  id: string;
  state: string;
  looks: number;
  [name: string]: unknown;
}

const ok = (body: unknown, status = 200): Answer => ({ status, body });
const NOTHING = { done: 0, created: 0, updated: 0, unchanged: 0, rejected: 0, share: 0 };
const ENDED = { done: 3, created: 1, updated: 1, unchanged: 0, rejected: 1, share: 1 };
const REASONS = [
  { code: "invalid_phone", count: 1, text: "This is not a phone number.", text_zh: "不是有效的电话号码。" },
];
const progress = (numbers: object, more: object = {}) => ({
  ...numbers,
  rows_per_second: null,
  seconds_left: null,
  reasons: [],
  ...more,
});

export class Imports {
  private jobs = new Map<string, Job>();
  started: { id: string; what: string; mapping: unknown }[] = [];

  handle(id: string | undefined, action: string | undefined, method: string, body: Record<string, unknown>): Answer {
    if (id === undefined) {
      if (method !== "POST")
        return ok({ next: null, previous: null, results: [...this.jobs.values()].map((job) => this.shown(job)) });
      const job = this.create();
      return ok(this.shown(job), 201);
    }
    const job = this.jobs.get(id);
    if (!job)
      return { status: 404, body: { type: "client_error", errors: [{ code: "not_found", detail: "", attr: null }] } };
    if (action === "cancel") Object.assign(job, { state: "cancelled", finished_at: NOW });
    else if (action) {
      this.started.push({ id, what: action, mapping: body.mapping });
      const state = action === "check" ? "checking" : "running";
      Object.assign(job, { state, looks: 0, mapping: body.mapping, started_at: NOW, progress: progress(NOTHING) });
      return ok(this.shown(job), 202);
    } else this.look(job);
    return ok(this.shown(job));
  }

  /** A worker's batch between two looks. */
  private look(job: Job) {
    if (job.state !== "checking" && job.state !== "running") return;
    job.looks += 1;
    if (job.looks < 2) {
      job.progress = progress({ ...NOTHING, done: 1, created: 1, share: 0.4 }, { rows_per_second: 1, seconds_left: 2 });
      return;
    }
    Object.assign(job, {
      state: job.state === "checking" ? "checked" : "done",
      finished_at: NOW,
      progress: progress(ENDED, { reasons: REASONS }),
    });
  }

  private create(): Job {
    const id = `0196-${this.jobs.size + 1}`;
    const column = (name: string, samples: string[], suggestion: object) => ({ name, samples, suggestion });
    const job: Job = {
      id,
      looks: 0,
      kind: "people",
      state: "ready",
      file_name: "会员.csv",
      size: 1_250_000,
      digest: "0".repeat(64),
      encoding: "gb18030",
      delimiter: ",",
      columns: [
        column("手机号", ["13800138000", "12"], { target: "identity", key: "phone" }),
        column("姓名", ["张三", "李四"], { target: "attribute", key: "name", type: "text" }),
        column("备注", ["", "老客"], { target: "ignore" }),
      ],
      preview: [
        ["13800138000", "张三", ""],
        ["12", "李四", "老客"],
      ],
      mapping: null,
      progress: progress(NOTHING),
      error_code: "",
      error: "",
      created_at: NOW,
      started_at: null,
      finished_at: null,
    };
    this.jobs.set(id, job);
    return job;
  }

  private shown({ looks: _, ...job }: Job) {
    return job;
  }
}
