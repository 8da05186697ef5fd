import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { expect, test } from "vitest";
import { KINDS } from "@/canvas/nodes/registry";
import { texts as en } from "@/locales/en";
import { texts as zh } from "@/locales/zh-CN";
import { texts as first } from "@/locales/zh-CN/first";
import { texts as rest } from "@/locales/zh-CN/rest";

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

/** The files that these import, those imported later left out. */
function imported(files: readonly string[], found = new Set<string>()): Set<string> {
  for (const file of files) {
    if (found.has(file)) continue;
    found.add(file);
    const code = readFileSync(file, "utf8");
    const named = [...code.matchAll(/^(?:import|export)\s(?!type\b)[^;]*?from "([@.][^"]*)"/gm)].map(
      (match) => match[1] ?? "",
    );
    const paths = named.map((name) =>
      name.startsWith("@/") ? resolve("src", name.slice(2)) : resolve(dirname(file), name),
    );
    const known = paths.flatMap((path) => [`${path}.ts`, `${path}.tsx`, path].filter((each) => /\.tsx?$/.test(each)));
    imported(known.filter(existsSync), found);
  }
  return found;
}

test("the halves of the texts have nothing in common", () => {
  expect(Object.keys(first).filter((area) => area in rest)).toEqual([]);
});

test("what is shown before the rest of the texts is there has its texts in the first half", () => {
  const pages = ["login/LoginPage", "dashboard/DashboardPage", "journeys/JourneysPage"];
  const entries = [...pages.map((page) => `src/features/${page}.tsx`), "src/main.tsx", "src/app/tour/Guide.tsx"];
  const files = [...imported(entries.map((entry) => resolve(entry)))];
  expect(files.length).toBeGreaterThan(40);
  const known = keys(first);
  const used = files.flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/\b(?:t|say|exists)\(\s*\[?(?:"([\w.]+)"|`([\w.]+)\$)/g)].map(
      ([, key, start]) => ({ key, start, file }),
    ),
  );
  expect(used.length).toBeGreaterThan(60);
  const missing = used.filter(({ key, start }) =>
    key ? !known.includes(key) : !known.some((each) => each.startsWith(start ?? "")),
  );
  expect(missing).toEqual([]);
});
