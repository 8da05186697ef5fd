// A Chromium that needs nothing but the packages beside this file.
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { chromium } from "playwright-core";
import { writeFonts } from "./fonts.mjs";

const cache = join(import.meta.dirname, "node_modules", ".cache", "browser");
const SYSTEM_NAMES = ["chromium", "chromium-browser", "google-chrome"];
const FLAGS = [
  // Chromium's sandbox needs rights that root in a container does not have; the only pages are our own.
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--font-render-hinting=none",
];

/** Start a headless browser: the program named by CHROMIUM, else the system's, else the one in @sparticuz/chromium. */
export async function launch() {
  const fonts = await writeFonts(join(cache, "fonts"));
  const program = process.env.CHROMIUM ?? systemProgram();
  const env = { ...process.env, FONTCONFIG_FILE: fonts };
  if (program) return chromium.launch({ executablePath: program, args: FLAGS, env });
  if (process.platform !== "linux") return chromium.launch({ channel: "chrome", args: FLAGS });
  const unpacked = await unpack();
  env.LD_LIBRARY_PATH = [join(unpacked, "al2023", "lib"), process.env.LD_LIBRARY_PATH].filter(Boolean).join(delimiter);
  return chromium.launch({ executablePath: join(unpacked, "chromium"), args: FLAGS, env });
}

function systemProgram() {
  const places = (process.env.PATH ?? "").split(delimiter);
  return SYSTEM_NAMES.flatMap((name) => places.map((place) => join(place, name))).find((path) => existsSync(path));
}

/** Unpack the package's browser, and the libraries it needs, once; return their directory. */
async function unpack() {
  const done = join(cache, "chromium");
  if (existsSync(done)) return done;
  await mkdir(cache, { recursive: true });
  const scratch = await mkdtemp(join(cache, "unpacking-"));
  const { inflate } = await import("@sparticuz/chromium");
  const packed = join(dirname(createRequire(import.meta.url).resolve("@sparticuz/chromium")), "..", "bin");
  const { TMPDIR } = process.env;
  // The package unpacks to the temporary directory, where another user's copy may lie.
  process.env.TMPDIR = scratch;
  try {
    await inflate(join(packed, "chromium.br"));
    await inflate(join(packed, "al2023.tar.br"));
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  }
  await rename(scratch, done).catch(async (error) => {
    // Another process was faster.
    if (!existsSync(done)) throw error;
    await rm(scratch, { recursive: true });
  });
  return done;
}
