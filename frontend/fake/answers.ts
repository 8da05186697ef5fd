/** What the in-memory API answers with: a check, a test run, counts and a review, made up but true to the contract in shape. */

import type { Counts, Issue, Journey, JsonObject, NodeCounts, StreamEvent } from "../src/api/types";
import type { Graph } from "../src/canvas/core/graph.ts";
import { demoGraph } from "./demo.ts";
import { NOW } from "./now.ts";

export function verdict(graph: Graph, language: string): { valid: boolean; issues: Issue[] } {
  const issues: Issue[] = [];
  const add = (severity: Issue["severity"], code: string, zh: string, en: string, node: string | null) =>
    issues.push({
      severity,
      code,
      message: language === "en" ? en : zh,
      messages: { "zh-CN": zh, en },
      node_id: node,
      field: null,
    });
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

export function simulate(graph: Graph) {
  const events: StreamEvent[] = [];
  let at = Date.parse(NOW);
  const log = (kind: string, node: string, data: JsonObject = {}) =>
    events.push({
      seq: events.length + 1,
      at: new Date(at).toISOString(),
      kind,
      node,
      data,
      text: `${kind} · ${node}`,
    });
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

export function stream(): StreamEvent[] {
  return simulate(demoGraph).events.slice(0, 9);
}

function count(
  entered: number,
  waiting: number,
  left: Record<string, number>,
  more: Partial<NodeCounts> = {},
): NodeCounts {
  return { entered, waiting, left, sent: 0, delivered: 0, clicked: 0, failed: 0, blocked: 0, converted: 0, ...more };
}

export function demoCounts(): Counts["nodes"] {
  return {
    n1: count(12840, 0, { next: 12840 }),
    n2: count(12840, 860, { next: 11980 }),
    n3: count(11980, 0, { b1: 5210, else: 6770 }),
    n4: count(5210, 0, { a: 2611, b: 2599 }),
    n5: count(2611, 0, { next: 2540 }, { sent: 2540, delivered: 2496, clicked: 611, blocked: 71 }),
    n6: count(9369, 42, { success: 9101 }, { sent: 9211, failed: 35, blocked: 116 }),
    n7: count(11641, 2315, { e1: 1926, timeout: 7400 }),
    n8: count(1926, 0, { next: 0 }, { converted: 1926 }),
    n9: count(7400, 0, { next: 7400 }, { sent: 7310 }),
    n10: count(7400, 0, {}),
  };
}

export function review(journey: Journey, nodes: Counts["nodes"]) {
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

export const SEGMENTS = [
  {
    id: "s1",
    name: "高价值会员",
    description: "",
    rule: { op: "tag", key: "vip" },
    created_at: NOW,
    updated_at: NOW,
  },
];
export const ACCOUNTS = [
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
export const TEMPLATES = [
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
export const TASKS = [
  {
    id: "k1",
    journey_id: "0195-1",
    journey_name: "新客首购培育",
    enrollment_id: "e1",
    node: "n7",
    profile_id: "p1",
    profile_name: "小林",
    profile_phone: "+8613800000001",
    assignee: { by: "owner" },
    content: "电话回访，了解试用感受",
    materials: ["https://example.com/script.pdf"],
    state: "open",
    created_at: NOW,
    due_at: "2026-03-03T02:00:00Z",
    remind_at: null,
    closed_at: null,
    closed_by: "",
    note: "",
  },
];
