import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PALETTE } from "@/app/palette";

function files(folder: string, ending: RegExp): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return files(path, ending);
    return ending.test(entry.name) ? [path] : [];
  });
}

const COLOURS = readFileSync("src/app/colours.css", "utf8");
const [LIGHT = "", DARK = ""] = COLOURS.split(':root[data-mode="dark"]');
const named = (block: string) =>
  Object.fromEntries([...block.matchAll(/--([\w-]+): ([^;]+);/g)].map((m) => [m[1], m[2]]));
const light = named(LIGHT);
const dark = named(DARK);

/** WCAG 2.2, relative luminance. */
function luminance(hex: string): number {
  const channels = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
  const [r = 0, g = 0, b = 0] = channels.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one = "", other = ""): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

test("each colour is named in both modes", () => {
  expect(Object.keys(dark)).toEqual(Object.keys(light));
});

test("no style sheet has a colour of its own: it would stay as it is in the dark", () => {
  // What the screen of the simulated phone shows is a phone; shadows are dark in either mode.
  const own = new Set(["#fff", "#10141d", "#2f6bff"]);
  const found = files("src", /\.css$/)
    .filter((path) => !path.endsWith("colours.css"))
    .flatMap((path) => [...readFileSync(path, "utf8").matchAll(/#[0-9a-f]{3,8}\b/gi)].map((m) => `${path} ${m[0]}`))
    .filter((each) => !own.has(each.split(" ")[1] ?? ""));
  expect(found).toEqual([]);
});

test("every name that a style asks for exists", () => {
  const set = new Set(
    files("src", /\.(css|tsx)$/).flatMap((path) =>
      [...readFileSync(path, "utf8").matchAll(/["\s]--([\w-]+)"?:/g)].map((m) => m[1]),
    ),
  );
  const asked = files("src", /\.(css|tsx?)$/).flatMap((path) =>
    [...readFileSync(path, "utf8").matchAll(/var\(--([\w-]+)/g)]
      .map((m) => m[1] ?? "")
      .filter((name) => !/^(ant|xy)-|-$/.test(name)),
  );
  expect([...new Set(asked)].filter((name) => !set.has(name))).toEqual([]);
});

test.each([
  ["light", light],
  ["dark", dark],
] as const)("what is read can be read in the %s mode", (mode, colours) => {
  for (const ground of ["sheet", "paper", "sunk"]) {
    for (const ink of ["text", "text-2", "soft", "brand"]) {
      expect(contrast(colours[ink], colours[ground]), `${ink} on ${ground}`).toBeGreaterThanOrEqual(4.5);
    }
  }
  for (const name of ["good", "warn", "bad", "rose", "sky"]) {
    expect(contrast(colours[`${name}-ink`], colours[`${name}-tint`]), name).toBeGreaterThanOrEqual(4.5);
  }
  expect(PALETTE[mode].token.colorPrimary).toBe(colours.brand);
  expect(PALETTE[mode].token.colorTextBase).toBe(colours.text);
});
