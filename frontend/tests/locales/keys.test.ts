import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { KINDS } from "@/canvas/nodes/registry";
import { texts as en } from "@/locales/en";
import { texts as zh } from "@/locales/zh-CN";

/** Every key of a bundle; the plural forms of one text count once, because languages have different ones. */
function keysOf(texts: Record<string, unknown>, prefix = ""): string[] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === "string"
      ? [prefix + key.replace(/_(zero|one|two|few|many|other)$/, "")]
      : keysOf(value as Record<string, unknown>, `${prefix}${key}.`),
  );
}

const keys = (texts: Record<string, unknown>) => [...new Set(keysOf(texts))].sort();

function valuesOf(texts: Record<string, unknown>): string[] {
  return Object.values(texts).flatMap((value) =>
    typeof value === "string" ? [value] : valuesOf(value as Record<string, unknown>),
  );
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.tsx?$/.test(entry.name) ? [readFileSync(path, "utf8")] : [];
  });
}

test("both languages have the same keys", () => {
  expect(keys(en)).toEqual(keys(zh));
});

test("no text is empty, and no Chinese is left in the English texts", () => {
  for (const text of [...valuesOf(en), ...valuesOf(zh)]) expect(text).not.toBe("");
  const own = ["切换到中文"];
  expect(valuesOf(en).filter((text) => /[\u4e00-\u9fff]/.test(text) && !own.includes(text))).toEqual([]);
});

test("every key that the code names literally exists", () => {
  const known = new Set(keys(zh));
  const used = sources("src").flatMap((code) =>
    [...code.matchAll(/\b(?:t|say)\(\s*"([\w.]+)"/g)].map((match) => match[1] ?? ""),
  );
  expect(used.length).toBeGreaterThan(100);
  expect(used.filter((key) => !known.has(key))).toEqual([]);
});

test("every node type has a title and a word for the palette", () => {
  const known = new Set(keys(zh));
  for (const { definition } of KINDS) {
    for (const key of ["title", "short", "about"]) expect(known).toContain(`node.${definition.type}.${key}`);
  }
});
