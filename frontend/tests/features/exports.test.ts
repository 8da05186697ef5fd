import { expect, test } from "vitest";
import { missing, NEW, ofKind, requestOf } from "@/features/exports/request";

test("a file has columns and a format, and filters only where they are chosen", () => {
  expect(requestOf(NEW)).toEqual({
    kind: "people",
    format: "xlsx",
    columns: ["id", "identity.phone", "attribute.name", "tags"],
  });
  const consent = { channel: "sms", purpose: "marketing" };
  expect(requestOf({ ...NEW, segment: "s1", consent })).toMatchObject({ filters: { segment: "s1", consent } });
});

test("a webhook has the receiver's names and no columns", () => {
  const draft = { ...NEW, target: "webhook" as const, url: " https://x.example/in " };
  expect(requestOf(draft)).toEqual({
    kind: "people",
    target: "webhook",
    url: "https://x.example/in",
    fields: { id: "id", phone: "identity.phone" },
  });
});

test("what is missing is told, and names are not given twice", () => {
  const hook = { ...NEW, target: "webhook" as const, url: "https://x.example" };
  expect(missing(NEW)).toBeUndefined();
  expect(missing({ ...NEW, columns: [] })).toBe("columns");
  expect(missing({ ...hook, url: "x" })).toBe("url");
  expect(missing({ ...hook, fields: [{ name: "", column: "id" }] })).toBe("fields");
  const twice = [
    { name: "id", column: "id" },
    { name: "id ", column: "tags" },
  ];
  expect(missing({ ...hook, fields: twice })).toBe("twice");
});

test("another kind has its own columns, and no filters of people", () => {
  const events = ofKind({ ...NEW, segment: "s1" }, "events");
  expect(events.segment).toBeUndefined();
  expect(events.columns).toEqual(["id", "name", "occurred_at", "received_at"]);
});
