import { expect, test } from "vitest";
import { EMPTY_GRAPH } from "@/canvas/core/graph";
import { bodyOf, scriptFrom } from "@/features/canvas/keptScript";
import { newScript, type Script } from "@/features/canvas/script";

const ZONE = "Asia/Shanghai";
const script: Script = {
  ...newScript(EMPTY_GRAPH, ZONE),
  person: "vip",
  attributes: [{ key: "city", value: "上海" }],
  tags: ["gold"],
  consents: ["sms", "email"],
  entry: "event",
  entryEvent: "signup",
  entryProperties: [{ key: "amount", value: "12.5" }],
  start: "2026-03-02T10:00",
  events: [{ after: "PT1H", name: "order_paid", properties: [{ key: "first", value: "true" }] }],
  receipts: [{ node: "n5", outcome: "delivered", after: "PT1M" }],
  until: "P3D",
};

test("a script that was kept is taken up as it was", () => {
  expect(scriptFrom(bodyOf(script, EMPTY_GRAPH, ZONE), EMPTY_GRAPH, ZONE)).toEqual({ script, real: null });
});

test("an entry by the API keeps its properties", () => {
  const byApi: Script = { ...script, entry: "api", entryEvent: "" };
  expect(scriptFrom(bodyOf(byApi, EMPTY_GRAPH, ZONE), EMPTY_GRAPH, ZONE).script).toEqual(byApi);
});

test("of a real person nothing is kept but who it is", () => {
  const id = "0198f0aa-1111-7222-8333-444455556666";
  const real: Script = { ...script, person: id, identities: { phone: "13900001111" } };
  const body = bodyOf(real, EMPTY_GRAPH, ZONE);
  expect(body.profile).toEqual({ id });
  expect(scriptFrom(body, EMPTY_GRAPH, ZONE).real).toBe(id);
});

test("a graph is no part of a script", () => {
  expect(bodyOf(script, EMPTY_GRAPH, ZONE)).not.toHaveProperty("graph");
});

test("what another program left out is as in a new script", () => {
  const { script: made, real } = scriptFrom({}, EMPTY_GRAPH, ZONE);
  expect([made.person, made.until, made.entry, real]).toEqual(["p1", "P30D", "api", null]);
});
