import { describe, expect, test } from "vitest";
import type { Config } from "@/canvas/core/graph";
import { KINDS, kindOf, outcomesOf } from "@/canvas/nodes/registry";

const ids = (type: string, config: Config) =>
  outcomesOf({ id: "n", type, config, position: { x: 0, y: 0 } }).map((outcome) => outcome.id);

describe("outcomes", () => {
  test.each([
    ["trigger", { kind: "api" }, ["next"]],
    ["wait", { for: "P1D" }, ["next"]],
    ["wait_event", { any: [{ id: "paid", event: "order_paid" }], timeout: "P1D" }, ["paid", "timeout"]],
    ["wait_event", { any: [{ id: "paid", event: "order_paid" }] }, ["paid"]],
    ["split", { branches: [{ id: "b1" }, { id: "b2" }] }, ["b1", "b2", "else"]],
    ["ab", { variants: [{ id: "a" }, { id: "b" }] }, ["a", "b"]],
    ["send", { channel: "sms" }, ["next", "blocked"]],
    [
      "send",
      { channel: "sms", await: { for: "delivered", timeout: "P1D" } },
      ["success", "failure", "timeout", "blocked"],
    ],
    [
      "send",
      { channel: "call", await: { for: "result", timeout: "P1D", results: ["suspended", "intent_A"] } },
      ["success", "failure", "timeout", "intent_A", "suspended", "blocked"],
    ],
    ["update", { set: { level: "gold" } }, ["next"]],
    ["webhook", { url: "https://example.com" }, ["success", "failure"]],
    ["enroll", { journey: "j2" }, ["next"]],
    ["task", { content: "call", due: "P1D" }, ["done", "overdue", "failed"]],
    ["goal", { goal: "g1" }, ["next"]],
    ["exit", {}, []],
    ["a_type_of_tomorrow", {}, ["next"]],
  ])("of %s %j are %j", (type, config, expected) => {
    expect(ids(type, config)).toEqual(expected);
  });

  test("a call whose results nobody has chosen has a port for each that the engine knows", () => {
    const all = ids("send", { channel: "call", await: { for: "result", timeout: "P1D" } });
    expect(all).toHaveLength(19);
    expect(all).toEqual(expect.arrayContaining(["unreachable", "invalid", "suspended", "restricted"]));
  });

  test("a draft written by another program with nothing configured still has ports", () => {
    for (const { definition } of KINDS) expect(() => definition.outcomes({})).not.toThrow();
  });
});

test("only the trigger starts a journey", () => {
  expect(KINDS.filter((kind) => kind.definition.start).map((kind) => kind.definition.type)).toEqual(["trigger"]);
  expect(kindOf("nothing")).toBeUndefined();
});
