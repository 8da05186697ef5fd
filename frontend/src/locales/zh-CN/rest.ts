/** The texts of this language for every other page: one file an area, one for each node type under `node`. */

const areas = import.meta.glob<Record<string, unknown>>("./*.json", { eager: true, import: "default" });
const nodes = import.meta.glob<Record<string, unknown>>("./nodes/*.json", { eager: true, import: "default" });

const name = (path: string) => path.replace(/^.*\/|\.json$/g, "");

export const texts: Record<string, unknown> = {
  ...Object.assign({}, ...Object.values(areas)),
  node: Object.fromEntries(Object.entries(nodes).map(([path, text]) => [name(path), text])),
};
