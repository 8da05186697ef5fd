// Chinese glyphs for a machine that has none: Noto Sans SC from its npm package.
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { inflateSync } from "node:zlib";

const packed = join(dirname(createRequire(import.meta.url).resolve("@fontsource/noto-sans-sc/package.json")), "files");
const SUBSETS = ["chinese-simplified", "latin"];
const WEIGHTS = [400, 700];

/** Write the fonts and a fontconfig file that adds them to the system's; return that file's path. */
export async function writeFonts(directory) {
  const config = join(directory, "fonts.conf");
  if (existsSync(config)) return config;
  await mkdir(directory, { recursive: true });
  for (const subset of SUBSETS) {
    for (const weight of WEIGHTS) {
      const name = `noto-sans-sc-${subset}-${weight}-normal`;
      await writeWhole(join(directory, `${name}.otf`), unwrap(await readFile(join(packed, `${name}.woff`))));
    }
  }
  await writeWhole(
    config,
    `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${directory}</dir>
  <cachedir>${join(directory, "cache")}</cachedir>
</fontconfig>
`,
  );
  return config;
}

/**
 * Turn a WOFF 1.0 file into the font it wraps, because fontconfig in Chromium reads no WOFF.
 * Source: https://www.w3.org/TR/WOFF/#OverallStructure
 */
function unwrap(woff) {
  if (woff.readUInt32BE(0) !== 0x774f4646) throw new Error("not a WOFF 1.0 file");
  const count = woff.readUInt16BE(12);
  const power = 2 ** Math.floor(Math.log2(count));
  const header = Buffer.alloc(12 + 16 * count);
  header.writeUInt32BE(woff.readUInt32BE(4), 0);
  header.writeUInt16BE(count, 4);
  header.writeUInt16BE(power * 16, 6);
  header.writeUInt16BE(Math.log2(power), 8);
  header.writeUInt16BE((count - power) * 16, 10);
  const tables = [];
  let offset = header.length;
  for (let index = 0; index < count; index++) {
    const entry = 44 + 20 * index;
    const [start, stored, length] = [4, 8, 12].map((at) => woff.readUInt32BE(entry + at));
    const bytes = woff.subarray(start, start + stored);
    const table = stored < length ? inflateSync(bytes) : bytes;
    woff.copy(header, 12 + 16 * index, entry, entry + 4); // tag
    woff.copy(header, 16 + 16 * index, entry + 16, entry + 20); // checksum
    header.writeUInt32BE(offset, 20 + 16 * index);
    header.writeUInt32BE(length, 24 + 16 * index);
    tables.push(table, Buffer.alloc((4 - (length % 4)) % 4));
    offset += length + tables.at(-1).length;
  }
  return Buffer.concat([header, ...tables]);
}

async function writeWhole(path, content) {
  const scratch = `${path}.${process.pid}`;
  await writeFile(scratch, content);
  await rename(scratch, path);
}
