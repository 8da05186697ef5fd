/** A small in-memory stand-in for the API, true to its contract in shapes and codes. For developing pages and for tests; never built in. */

import type { Counts, Faults, Journey, PhoneMessage } from "../src/api/types";
import { EMPTY_GRAPH, type Graph } from "../src/canvas/core/graph.ts";
import { ACCOUNTS, demoCounts, review, SEGMENTS, simulate, stream, TASKS, TEMPLATES, verdict } from "./answers.ts";
import { demoGraph } from "./demo.ts";
import { Imports } from "./imports.ts";
import { Life } from "./life.ts";
import { Folders, figuresOf, made, PLAYS, playOf } from "./listing.ts";
import { Mails } from "./mail.ts";
import { NOW } from "./now.ts";
import { Reviews } from "./review.ts";
import { message, person } from "./rows.ts";

export interface Answer {
  status: number;
  body?: unknown;
}

interface Request {
  method: string;
  path: string;
  query: URLSearchParams;
  body: Record<string, unknown>;
  language: string;
}

const error = (status: number, code: string, detail: string, more: object = {}): Answer => ({
  status,
  body: { type: status >= 500 ? "server_error" : "client_error", errors: [{ code, detail, attr: null }], ...more },
});
const page = (results: unknown[]): Answer => ({ status: 200, body: { next: null, previous: null, results } });
const ok = (body: unknown, status = 200): Answer => ({ status, body });

/** The server may write what its document gives out as read-only. */
type Stored = { -readonly [K in keyof Journey]: Journey[K] };

export class World {
  signedIn = false;
  journeys = new Map<string, Stored>();
  counts = new Map<string, Counts["nodes"]>();
  faults: Faults = {
    latency_ms: 0,
    http_500_rate: 0,
    http_503_rate: 0,
    timeout_after_accept_rate: 0,
    throttle_rate: 0,
    duplicate_callback_rate: 0.05,
    late_callback_ms: 0,
    reorder_callbacks: false,
    fail_delivery_rate: 0,
    partial_failure_rate: 0,
    corrected_receipt_rate: 0,
  };
  phones = new Map<string, PhoneMessage[]>();
  mails = new Mails();
  life = new Life();
  imports = new Imports();
  folders = new Folders();
  reviews = new Reviews();
  private made = 0;

  constructor() {
    const demo = this.create("新客首购培育", "注册后两天，按城市和文案测试推动首单", demoGraph);
    Object.assign(demo, {
      state: "live",
      live_version: { id: "v1", number: 3, published_at: NOW },
      enrolled: 12840,
      converted: 1926,
    });
    this.counts.set(demo.id, demoCounts());
    this.create("生日关怀", "", EMPTY_GRAPH);
    const paused = this.create("预流失挽留", "90 天未购", demoGraph);
    Object.assign(paused, {
      state: "paused",
      live_version: { id: "v2", number: 1, published_at: NOW },
      enrolled: 320,
      converted: 12,
    });
    for (const number of ["13800000001", "13800000002"]) {
      this.phones.set(number, [
        message("m1", "in", "知途商城", "小林，欢迎加入！首单满99减30，回复R退订", "delivered", "2026-03-02T02:00:00Z"),
        message("m2", "out", "", "怎么用？", "received", "2026-03-02T02:05:00Z"),
        message(
          "m3",
          "in",
          "知途商城",
          "您的优惠券将于明天过期，点击 z.tu/x1 使用，回复R退订",
          "delivered",
          "2026-03-05T03:00:00Z",
        ),
      ]);
    }
  }

  create(name: string, description: string, graph: Graph): Stored {
    this.made += 1;
    const id = `0195-${this.made}`;
    const journey: Stored = {
      id,
      name,
      description,
      state: "draft",
      folder: null,
      revision: 1,
      live_version: null,
      enrolled: 0,
      converted: 0,
      paused_at: null,
      approval_required: false,
      approval: null,
      created_at: NOW,
      updated_at: NOW,
      graph: structuredClone(graph),
    };
    this.journeys.set(id, journey);
    return journey;
  }

  /** Moves a few people along, so that live numbers have something to show. */
  beat() {
    for (const nodes of this.counts.values()) {
      for (const count of Object.values(nodes)) {
        if (Math.random() < 0.4) count.entered += 1;
      }
    }
  }

  handle(request: Request): Answer {
    const { method, path } = request;
    if (path === "session/") return this.session(request);
    if (!this.signedIn) return error(401, "not_authenticated", "Authentication credentials were not provided.");
    const [resource, id, action, ...rest] = path.split("/").filter(Boolean);
    if (resource === "journeys") {
      if (id === "validate") return ok(verdict(request.body.graph as Graph, request.language));
      if (id === "simulate") return ok(simulate(request.body.graph as Graph));
      if (id === "many") return ok(this.folders.act(this.journeys, request.body));
      const known = this.journeys.get(id ?? "");
      const lived =
        known && action && this.life.handle(known, [action, ...rest], method, request.body, request.language);
      if (lived) return ok(lived);
      const reviewed =
        known && action === "counterfactuals"
          ? this.reviews.replay(rest, method)
          : known && action === "review" && rest.length > 0
            ? this.reviews.of(known, this.counts.get(known.id) ?? {}, rest, request)
            : undefined;
      if (reviewed) return ok(reviewed);
      return id === undefined ? this.list(request) : this.journey(id, action, request);
    }
    if (resource === "review") {
      const told = this.reviews.across(
        [...this.journeys.values()],
        [id ?? "", action ?? ""],
        method,
        request.query,
        request.body,
      );
      if (told) return ok(told);
    }
    if (resource === "enrollments") return action === "events" ? page(stream()) : ok(person("e1", "waiting"));
    if (resource === "profiles" && method === "GET")
      return page([{ id: "p1", identities: { phone: "+8613800000001" }, attributes: { name: "小林" }, tags: {} }]);
    if (resource === "profiles") return ok({ id: "p1", ...request.body }, 201);
    if (resource === "journey-folders")
      return method === "POST" ? ok(this.folders.add(String(request.body.name)), 201) : ok(this.folders.rows);
    if (resource === "plays" && method === "POST") return ok(made(this.create("补货提醒", "", demoGraph)), 201);
    if (resource === "plays") return ok(id ? playOf(id) : PLAYS);
    if (resource === "imports") return this.imports.handle(id, action, method, request.body);
    if (resource === "segments") return this.segments(id, action, request);
    if (resource === "tasks") return page(id ? [] : TASKS);
    if (resource === "channels") return page(ACCOUNTS);
    if (resource === "templates") return page(TEMPLATES);
    if (resource === "simulator") return this.simulator(path, method, request.body);
    return error(404, "not_found", "Not found.");
  }

  private segments(id: string | undefined, action: string | undefined, { method, body }: Request): Answer {
    const people = [{ id: "p1", identities: { phone: "+8613800000001" }, attributes: { name: "小林" }, tags: {} }];
    if (id === "preview") return ok({ count: 128, sample: people });
    if (action === "members") return page(people);
    if (method === "DELETE") return error(409, "segment_in_use", "It is in use.");
    const known = SEGMENTS.find((segment) => segment.id === id);
    if (method !== "GET") return ok({ ...(known ?? SEGMENTS[0]), ...body }, known ? 200 : 201);
    return id ? ok(known) : page(SEGMENTS);
  }

  private session({ method, body }: Request): Answer {
    if (method === "POST") {
      if (body.password !== "zhitu") return error(400, "invalid_login", "Wrong username or password.");
      this.signedIn = true;
    }
    if (method === "DELETE") {
      this.signedIn = false;
      return { status: 204 };
    }
    if (!this.signedIn) return error(401, "not_authenticated", "Authentication credentials were not provided.");
    return ok({
      user: { id: "1", username: "admin", name: "管理员" },
      workspace: { id: "w1", slug: "demo", name: "演示品牌", timezone: "Asia/Shanghai" },
      role: "owner",
    });
  }

  private list({ method, query, body }: Request): Answer {
    if (method === "POST")
      return ok(
        this.create(String(body.name), String(body.description ?? ""), (body.graph as Graph) ?? EMPTY_GRAPH),
        201,
      );
    const rows = [...this.journeys.values()].filter(
      (row) =>
        (!query.get("state") || row.state === query.get("state")) && row.name.includes(query.get("search") ?? ""),
    );
    const folder = query.get("folder");
    const placed = rows.filter(
      (row) => (!folder || row.folder?.id === folder) && (!query.get("no_folder") || !row.folder),
    );
    return page(placed.map(({ graph: _, ...row }) => ({ ...row, figures: figuresOf(row as Journey) })));
  }

  private journey(id: string, action: string | undefined, { method, body, language }: Request): Answer {
    const journey = this.journeys.get(id);
    if (!journey) return error(404, "not_found", "Not found.");
    switch (action) {
      case undefined:
        if (method === "DELETE") {
          this.journeys.delete(id);
          return { status: 204 };
        }
        if (method === "PATCH") {
          if (body.revision !== journey.revision)
            return error(409, "revision_conflict", "The draft has changed since.");
          const { revision: _, ...changes } = body;
          Object.assign(journey, changes, { revision: journey.revision + 1 });
        }
        return ok({ ...journey, approval: this.life.approvals.get(id) ?? null });
      case "publish": {
        const { valid, issues } = verdict(journey.graph, language);
        if (!valid) return error(400, "invalid_graph", "The graph is not valid.", { issues });
        journey.state = "live";
        journey.live_version = {
          id: `v${journey.revision}`,
          number: (journey.live_version?.number ?? 0) + 1,
          published_at: NOW,
        };
        return ok({ version: journey.live_version, issues });
      }
      case "pause":
      case "resume":
      case "stop":
      case "archive":
        journey.state = ({ pause: "paused", resume: "live", stop: "stopped", archive: "archived" } as const)[action];
        return ok(journey);
      case "counts":
        return ok({ type: "counts", version: "v1", nodes: this.counts.get(id) ?? {} });
      case "enrollments":
        return method === "POST"
          ? ok({ accepted: 1, rejected: [] }, 202)
          : page([person("e1", "waiting"), person("e2", "failed"), person("e3", "completed")]);
      case "review":
        return ok(review(journey, this.counts.get(id) ?? {}));
      default:
        return error(404, "not_found", "Not found.");
    }
  }

  private simulator(path: string, method: string, body: Record<string, unknown>): Answer {
    const mail = this.mails.at(path.replace("simulator/", ""));
    if (mail) return ok(mail);
    const [, what, phone, replies] = path.split("/");
    if (what === "faults") {
      if (method === "PUT") this.faults = body as unknown as Faults;
      return ok(this.faults);
    }
    if (!phone)
      return page(
        [...this.phones].map(([number, all]) => ({
          phone: number,
          messages: all.length,
          last_at: all.at(-1)?.at ?? null,
        })),
      );
    const messages = this.phones.get(phone) ?? [];
    if (!replies) return page(messages);
    const reply = message(`r${messages.length}`, "out", "", String(body.content), "received", new Date().toISOString());
    messages.push(reply);
    return ok(reply, 201);
  }
}
