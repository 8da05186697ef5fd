import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Plugin } from "vite";

const SQUEEZABLE = /\.(js|css|svg|html|json)$/;
/** Less than a packet is not sent faster for being smaller. */
const LEAST_BYTES = 1_400;
const squeeze = promisify(gzip);

/** Writes `<file>.gz` beside every text of the build: the server sends it to browsers that take it, and squeezes nothing itself. */
export function gzipped(): Plugin {
  let directory = "";
  return {
    name: "gzipped",
    apply: "build",
    configResolved: ({ root, build }) => {
      directory = join(root, build.outDir);
    },
    closeBundle: async () => {
      const files = await readdir(directory, { recursive: true });
      await Promise.all(files.filter((file) => SQUEEZABLE.test(file)).map((file) => write(join(directory, file))));
    },
  };
}

async function write(path: string) {
  const content = await readFile(path);
  if (content.length < LEAST_BYTES) return;
  await writeFile(`${path}.gz`, await squeeze(content, { level: 9 }));
}
