import { expect, test } from "vitest";
import { type Script, scriptsOf } from "../../vite-first-load";

const script = (fileName: string, imports: string[] = [], module: string | null = null): Script => ({
  fileName,
  imports,
  facadeModuleId: module && `/console/${module}`,
  code: "",
  moduleIds: [],
});
const SCRIPTS = [
  script("main.js", ["shared.js"], "index.html"),
  script("page.js", ["table.js", "shared.js"], "src/Page.tsx"),
  script("table.js", ["shared.js", "page.js"]),
  script("shared.js"),
  script("chart.js", ["shared.js"], "src/Chart.tsx"),
];
const names = (modules: string[]) => scriptsOf(SCRIPTS, modules).map(({ fileName }) => fileName);

test("a page needs its script and what that imports, each once, and nothing of another page", () => {
  expect(names(["index.html", "src/Page.tsx"])).toEqual(["main.js", "shared.js", "page.js", "table.js"]);
});

test("a page that has become part of another script is not measured as nothing", () => {
  expect(() => names(["src/Gone.tsx"])).toThrow("src/Gone.tsx has no script of its own");
});
