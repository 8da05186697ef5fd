/** A small in-memory stand-in for the API, true to its contract in shapes and codes. For developing pages and for tests; never built in. */

import type {
  Counts,
  EnrollmentState,
  Faults,
  Issue,
  Journey,
  JsonObject,
  NodeCounts,
  PhoneMessage,
  StreamEvent,
} from "../src/api/types";
import { EMPTY_GRAPH, type Graph } from "../src/canvas/core/graph.ts";
import { demoGraph } from "./demo.ts";
import { Life } from "./life.ts";

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

const NOW = "2026-03-02T02:00:00Z";
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
  };
  phones = new Map<string, PhoneMessage[]>();
  life = new Life();
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
      revision: 1,
      live_version: null,
      enrolled: 0,
      converted: 0,
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
      const known = this.journeys.get(id ?? "");
      const lived =
        known && action && this.life.handle(known, [action, ...rest], method, request.body, request.language);
      if (lived) return ok(lived);
      return id === undefined ? this.list(request) : this.journey(id, action, request);
    }
    if (resource === "enrollments") return action === "events" ? page(stream()) : ok(person("e1", "waiting"));
    if (resource === "profiles" && method === "GET")
      return page([{ id: "p1", identities: { phone: "+8613800000001" }, attributes: { name: "小林" } }]);
    if (resource === "profiles") return ok({ id: "p1", ...request.body }, 201);
    if (resource === "segments") return page(SEGMENTS);
    if (resource === "channels") return page(ACCOUNTS);
    if (resource === "templates") return page(TEMPLATES);
    if (resource === "simulator") return this.simulator(path, method, request.body);
    return error(404, "not_found", "Not found.");
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
    return page(rows.map(({ graph: _, ...row }) => row));
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

function message(
  id: string,
  direction: "in" | "out",
  sign: string,
  content: string,
  status: string,
  at: string,
): PhoneMessage {
  return { id, at, direction, sign_name: sign, content, out_id: id, biz_id: id, status };
}

function person(id: string, state: EnrollmentState) {
  return {
    id,
    profile_id: `0195a1f0-0000-7000-8000-00000000000${id.slice(1)}`,
    state,
    node: "n7",
    version: 1,
    enrolled_at: NOW,
    due_at: "2026-03-07T02:00:00Z",
    ended_at: null,
  };
}

const SEGMENTS = [
  {
    id: "s1",
    name: "高价值会员",
    description: "",
    rule: { op: "tag", key: "vip" },
    created_at: NOW,
    updated_at: NOW,
  },
];
const ACCOUNTS = [
  {
    id: "a1",
    key: "sms-main",
    name: "品牌短信",
    channel: "sms",
    provider: "sms.aliyun",
    base_url: "http://127.0.0.1:8100",
    enabled: true,
  },
];
const TEMPLATES = [
  template("welcome", "新客满减", "${name}，欢迎加入！首单满99减${amount}，回复R退订", "marketing"),
  template("freeship", "新客包邮", "${name}，首单包邮券已到账，回复R退订", "marketing"),
  template("shipped", "发货通知", "您的订单${order_id}已发货", "service"),
];

function template(key: string, name: string, body: string, purpose: string) {
  return {
    id: key,
    key,
    name,
    channel: "sms",
    provider_code: "SMS_1",
    body,
    purpose,
    state: "approved",
    account: "sms-main",
  };
}

function verdict(graph: Graph, language: string): { valid: boolean; issues: Issue[] } {
  const issues: Issue[] = [];
  const add = (severity: Issue["severity"], code: string, zh: string, en: string, node: string | null) =>
    issues.push({ severity, code, message: language === "en" ? en : zh, messages: { "zh-CN": zh, en }, node_id: node });
  if (!graph.nodes.some((node) => node.type === "trigger"))
    add("error", "no_trigger", "旅程没有触发节点。", "The journey has no trigger.", null);
  for (const node of graph.nodes) {
    if (node.type === "send" && !node.config.template)
      add("error", "unknown_template", "没有选择可用的模板。", "No template is chosen.", node.id);
    if (node.type === "wait_event" && !node.config.timeout) {
      add(
        "warning",
        "waits_for_ever",
        "没有超时时间，人可能永远停留在此。",
        "Without a time-out people may stay here for ever.",
        node.id,
      );
    }
    if (node.type !== "trigger" && !graph.edges.some((edge) => edge.target === node.id)) {
      add("error", "unreachable_node", "没有任何路径到达此节点。", "No path leads to this node.", node.id);
    }
  }
  return { valid: issues.every((issue) => issue.severity !== "error"), issues };
}

function simulate(graph: Graph) {
  const events: StreamEvent[] = [];
  let at = Date.parse(NOW);
  const log = (kind: string, node: string, data: JsonObject = {}) =>
    events.push({ seq: events.length + 1, at: new Date(at).toISOString(), kind, node, data });
  let current = graph.nodes.find((node) => node.type === "trigger");
  if (current) log("enrolled", current.id, { trigger: "event" });
  for (let step = 0; current && step < 20; step += 1) {
    if (current.type === "wait") {
      log("wait_started", current.id, { until: new Date(at + 172_800_000).toISOString(), timezone: "Asia/Shanghai" });
      at += 172_800_000;
      log("wait_ended", current.id, { reason: "due" });
    }
    if (current.type === "split") log("branch_taken", current.id, { branch: "b1", values: [{ city: "上海" }] });
    if (current.type === "ab") log("variant_assigned", current.id, { variant: "a", bucket: 31.27, assign: "profile" });
    if (current.type === "send")
      log("message_requested", current.id, {
        channel: "sms",
        template: String(current.config.template),
        purpose: "marketing",
      });
    const from: string = current.id;
    const edge = graph.edges.find((each) => each.source === from);
    if (!edge) {
      log("completed", from, { outcome: "next" });
      break;
    }
    log("node_entered", edge.target, { from, outcome: edge.outcome });
    current = graph.nodes.find((node) => node.id === edge.target);
  }
  const sends = events.filter((event) => event.kind === "message_requested");
  return {
    status: "completed",
    events,
    messages: sends.map(({ at: when, node }) => ({
      at: when,
      node,
      channel: "sms",
      state: "accepted",
      rendered: { text: "【知途商城】小林，欢迎加入！" },
    })),
  };
}

function stream(): StreamEvent[] {
  return simulate(demoGraph).events.slice(0, 9);
}

function count(
  entered: number,
  waiting: number,
  left: Record<string, number>,
  more: Partial<NodeCounts> = {},
): NodeCounts {
  return { entered, waiting, left, sent: 0, failed: 0, blocked: 0, converted: 0, ...more };
}

function demoCounts(): Counts["nodes"] {
  return {
    n1: count(12840, 0, { next: 12840 }),
    n2: count(12840, 860, { next: 11980 }),
    n3: count(11980, 0, { b1: 5210, else: 6770 }),
    n4: count(5210, 0, { a: 2611, b: 2599 }),
    n5: count(2611, 0, { next: 2540 }, { sent: 2540, blocked: 71 }),
    n6: count(9369, 42, { success: 9101 }, { sent: 9211, failed: 35, blocked: 116 }),
    n7: count(11641, 2315, { e1: 1926, timeout: 7400 }),
    n8: count(1926, 0, { next: 0 }, { converted: 1926 }),
    n9: count(7400, 0, { next: 7400 }, { sent: 7310 }),
    n10: count(7400, 0, {}),
  };
}

function review(journey: Journey, nodes: Counts["nodes"]) {
  const variants = [
    { node: "n4", node_name: "首单文案", variant: "a", name: "满减", people: 2611, converted: 470, rate: 0.18 },
    { node: "n4", node_name: "首单文案", variant: "b", name: "包邮", people: 2599, converted: 338, rate: 0.13 },
  ];
  const lively = journey.enrolled > 0;
  return {
    enrolled: journey.enrolled,
    states: lively ? { waiting: 3217, completed: 7697, converted_exit: 1926 } : {},
    nodes,
    variants: lively ? variants : [],
    goals: lively
      ? [{ id: "g1", name: "首购", primary: true, people: 1926, conversions: 2011, value: "386420.50" }]
      : [],
    messages: lively ? { delivered: 18210, accepted: 640, failed: 35, blocked: 187 } : {},
  };
}
