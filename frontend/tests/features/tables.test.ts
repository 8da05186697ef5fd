import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { kindOfTable } from "@/features/privacy/tables";
import { texts } from "@/locales/zh-CN";

const NAMED = /\b(?:profiles|channels_app|journeys|workspaces)_[a-z]+/g;

test("every table that an erasure looks at has a word for operators", () => {
  const tables = [...new Set(readFileSync("../config/erased_tables.py", "utf8").match(NAMED) ?? [])];
  expect(tables.length).toBeGreaterThan(100);
  expect(tables.filter((table) => !kindOfTable(table))).toEqual([]);
  const words = (texts.privacy as { tables: Record<string, string> }).tables;
  expect(tables.map(kindOfTable).filter((kind) => !words[kind ?? ""])).toEqual([]);
});

test("a table that nobody has a word for is no other table", () => {
  expect(kindOfTable("profiles_something")).toBeNull();
  expect([kindOfTable("profiles_identity"), kindOfTable("profiles_identityconflict")]).toEqual([
    "identities",
    "merges",
  ]);
});
