import type { Graph } from "../src/canvas/core/graph";

/** The demo journey of the tour: register, wait, split by city, A/B, SMS, wait for an order, second SMS, conversion. */
export const demoGraph: Graph = {
  schema_version: 1,
  nodes: [
    {
      id: "n1",
      type: "trigger",
      name: "客户注册",
      config: { kind: "event", event: "member_registered", where: [] },
      position: { x: 0, y: 160 },
    },
    {
      id: "n2",
      type: "wait",
      name: "",
      config: { for: "P2D", window: { days: [1, 2, 3, 4, 5, 6, 7], from: "10:00", to: "21:00" } },
      position: { x: 340, y: 160 },
    },
    {
      id: "n3",
      type: "split",
      name: "按城市",
      config: {
        branches: [
          {
            id: "b1",
            name: "华东",
            rule: {
              op: "and",
              args: [
                { op: "attribute", key: "city", cmp: "in", value: ["上海", "杭州"] },
                {
                  op: "not",
                  arg: { op: "event", name: "order_paid", agg: "count", cmp: "gte", value: 1, within: "P30D" },
                },
              ],
            },
          },
        ],
      },
      position: { x: 680, y: 140 },
    },
    {
      id: "n4",
      type: "ab",
      name: "首单文案",
      config: {
        variants: [
          { id: "a", name: "满减", weight: 50 },
          { id: "b", name: "包邮", weight: 50 },
        ],
        assign: "profile",
        control: "a",
      },
      position: { x: 1020, y: 20 },
    },
    {
      id: "n5",
      type: "send",
      name: "满减短信",
      config: {
        channel: "sms",
        account: "sms-main",
        template: "welcome",
        params: { name: "{{ profile.name }}", amount: "30" },
        purpose: "marketing",
        on_blocked: "continue",
      },
      position: { x: 1360, y: -80 },
    },
    {
      id: "n6",
      type: "send",
      name: "包邮短信",
      config: {
        channel: "sms",
        account: "sms-main",
        template: "freeship",
        params: { name: "{{ profile.name }}" },
        purpose: "marketing",
        on_blocked: "continue",
        await: { for: "delivered", timeout: "P1D" },
      },
      position: { x: 1360, y: 140 },
    },
    {
      id: "n7",
      type: "wait_event",
      name: "等下单",
      config: {
        any: [{ id: "e1", event: "order_paid", where: [{ key: "amount", cmp: "gte", value: 99 }] }],
        timeout: "P3D",
      },
      position: { x: 1720, y: 20 },
    },
    { id: "n8", type: "goal", name: "", config: { goal: "g1" }, position: { x: 2060, y: -60 } },
    {
      id: "n9",
      type: "send",
      name: "催单短信",
      config: {
        channel: "sms",
        account: "sms-main",
        template: "",
        params: {},
        purpose: "marketing",
        on_blocked: "hold",
      },
      position: { x: 2060, y: 150 },
    },
    { id: "n10", type: "exit", name: "", config: { reason: "未下单" }, position: { x: 2400, y: 150 } },
  ],
  edges: [
    { id: "e1", source: "n1", outcome: "next", target: "n2" },
    { id: "e2", source: "n2", outcome: "next", target: "n3" },
    { id: "e3", source: "n3", outcome: "b1", target: "n4" },
    { id: "e4", source: "n3", outcome: "else", target: "n6" },
    { id: "e5", source: "n4", outcome: "a", target: "n5" },
    { id: "e6", source: "n4", outcome: "b", target: "n6" },
    { id: "e7", source: "n5", outcome: "next", target: "n7" },
    { id: "e8", source: "n6", outcome: "success", target: "n7" },
    { id: "e9", source: "n7", outcome: "e1", target: "n8" },
    { id: "e10", source: "n7", outcome: "timeout", target: "n9" },
    { id: "e11", source: "n9", outcome: "next", target: "n10" },
  ],
  settings: {
    goals: [
      {
        id: "g1",
        name: "首购",
        event: "order_paid",
        where: [],
        window: "P7D",
        value: "amount",
        primary: true,
        exit: true,
      },
    ],
    exit_rules: [{ event: "unsubscribed" }],
    quiet_hours: { from: "21:00", to: "08:00", policy: "hold" },
    timezone: "profile",
    execution: "lanes",
  },
};
