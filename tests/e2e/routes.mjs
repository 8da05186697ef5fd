// Every address of the console, read from its routes: a page that is added is covered by being added.
import { readFileSync } from "node:fs";
import { join } from "node:path";

const ROUTES = join(import.meta.dirname, "..", "..", "frontend", "src", "app", "routes.tsx");

/** Addresses that only lead on to another are left out; those with an id have it as `:id`. */
export function addresses() {
  const lines = readFileSync(ROUTES, "utf8").split("\n");
  const found = lines.flatMap((line) => /path: "([^"]+)", element: <(\w+)/.exec(line)?.slice(1, 3).join(" ") ?? []);
  return found.map((each) => each.split(" ")).filter(([path, element]) => element !== "Navigate" && path !== "*").map(([path]) => path);
}
