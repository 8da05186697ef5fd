import { describe, expect, test } from "vitest";
import { compact } from "@/canvas/core/config";
import { readOffset, writeOffset } from "@/canvas/core/duration";
import { mapOf, rowsOf } from "@/canvas/fields/TextMap";
import { newWinner } from "@/canvas/nodes/ab/Winner";
import { readAssignee, writeAssignee } from "@/canvas/nodes/task/definition";
import { fresh, TRIGGERS } from "@/canvas/nodes/trigger/definition";
import { setOf, written } from "@/canvas/nodes/update/definition";
import { bodyOf, bodyText } from "@/canvas/nodes/webhook/definition";

describe("an offset from a date", () => {
  test.each([
    [undefined, "at"],
    ["PT0S", "at"],
    ["-P3D", "before"],
    ["P1DT2H", "after"],
  ])("%s is %s the date", (text, side) => {
    expect(readOffset(text).side).toBe(side);
  });

  test("is written as it was read", () => {
    for (const text of ["-P3D", "PT2H"]) expect(writeOffset(readOffset(text))).toBe(text);
    expect(writeOffset({ side: "at", duration: "P1D" })).toBeUndefined();
  });
});

test("an option that was taken away is not written", () => {
  expect(compact({ for: "P1D", until: undefined })).toEqual({ for: "P1D" });
});

test("each kind of trigger starts with the fields of its own kind only", () => {
  expect(TRIGGERS.map((kind) => Object.keys(fresh(kind)).sort().join())).toEqual([
    "event,kind,where",
    "backfill,kind,on,segment",
    "cron,kind,segment",
    "attribute,kind,time,yearly",
    "kind",
  ]);
});

describe("a map edited as rows", () => {
  test("keeps what another program wrote as a number until it is typed over", () => {
    const before = { level: 3, name: "a" };
    expect(mapOf(rowsOf(before), before)).toEqual(before);
    expect(mapOf([{ key: "level", value: "4" }], before)).toEqual({ level: "4" });
  });

  test("leaves out rows without a key", () => {
    expect(mapOf([{ key: " ", value: "x" }], {})).toEqual({});
  });
});

test("an update keeps what it sets apart from what it clears", () => {
  const set = { level: "gold", coupon: null };
  const { values, cleared } = written(set);
  expect([values, cleared]).toEqual([{ level: "gold" }, ["coupon"]]);
  expect(setOf(values, cleared)).toEqual(set);
  expect(setOf({ coupon: "A1" }, ["coupon"])).toEqual({ coupon: "A1" });
});

test("a winner is by the primary goal, and undecided the control goes on", () => {
  const variants = [
    { id: "a", name: "A", weight: 50 },
    { id: "b", name: "B", weight: 50 },
  ];
  const goals = [
    { id: "g1", name: "", event: "viewed" },
    { id: "g2", name: "", event: "paid", primary: true },
  ];
  expect(newWinner(variants, goals, "b")).toMatchObject({ goal: "g2", fallback: "b" });
  expect(newWinner(variants, [], undefined)).toMatchObject({ goal: "", fallback: "a" });
});

test("a task is for one of staff by name, or for whom a rule finds", () => {
  expect(readAssignee(undefined)).toEqual({ by: "owner", text: "" });
  for (const assignee of [
    "zhangsan",
    { by: "attribute", key: "staff_id" },
    { by: "owner" },
    { by: "rotation", staff: ["a", "b"] },
  ]) {
    const { by, text } = readAssignee(assignee);
    expect(writeAssignee(by, text)).toEqual(assignee);
  }
});

test("a webhook's body is JSON where it is whole JSON, else the text that was typed", () => {
  expect(bodyOf('{"a": "{{ profile.name }}"}')).toEqual({ a: "{{ profile.name }}" });
  for (const text of ["{{ profile.name }}", '{"a": ', "plain"]) expect(bodyOf(text)).toBe(text);
  expect(bodyText({ a: 1 })).toBe('{\n  "a": 1\n}');
});
