import i18next from "i18next";
import { expect, test } from "vitest";
import type { Say } from "@/canvas/core/sentences";
import { explain } from "@/features/canvas/explain";
import { branching } from "../canvas/graphs";

const say: Say = (key, params) => i18next.t(key, params ?? {});
const words = {
  say,
  names: {
    goals: [{ id: "g1", name: "首购", event: "order_paid" }],
    template: () => "新客满减",
    segment: (id: string) => id,
    journey: (id: string) => id,
    time: (at: string) => at,
  },
  nodes: branching().nodes,
  time: (at: string) => at,
};
const told = (kind: string, node: string, data: Record<string, never> | object) =>
  explain({ seq: 1, at: "2026-03-02T02:00:00Z", kind, node, data: data as never }, words);

test.each([
  ["node_entered", "n4", { from: "n3", outcome: "b1" }, "经由「上海」"],
  ["wait_started", "n2", { until: "2026-03-03T02:00:00Z" }, "等到 2026-03-03T02:00:00Z"],
  ["wait_ended", "n2", { reason: "timeout" }, "超时"],
  [
    "branch_taken",
    "n3",
    {
      branch: "b1",
      branches: [
        {
          id: "b1",
          matched: true,
          values: [
            ["attribute", "city", "上海"],
            ["attribute", "city", "上海"],
            ["event", "order_paid", 2],
          ],
        },
      ],
    },
    "符合「上海」，比较的值：city = 上海、「order_paid」2 次",
  ],
  ["message_requested", "n4", { channel: "sms", template: "t" }, "短信「新客满减」"],
  ["message_blocked", "n4", { reason: "no_consent", rule: "consent", figures: {} }, "没有客户同意 · consent"],
  ["converted", "n4", { goal: "g1", event: "order_paid", value: "99" }, "首购：发生了「order_paid」，价值 99"],
  ["exited", "n4", { reason: "a_reason_of_tomorrow" }, "a_reason_of_tomorrow"],
])("%s at %s with %j reads %j", (kind, node, data, text) => {
  expect(told(kind, node, data)).toBe(text);
});
