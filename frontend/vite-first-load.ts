import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";

/** What somebody has loaded who signs in, meets the tour and comes by the dashboard to the list of journeys. */
const PAGES = [
  "index.html",
  "src/features/login/LoginPage.tsx",
  "src/features/dashboard/DashboardPage.tsx",
  "src/features/journeys/JourneysPage.tsx",
  "src/app/tour/Guide.tsx",
];
const WORDS = ["src/locales/zh-CN/first.ts", "src/locales/en/first.ts"];
/** What only other pages need, and is large. */
const LATER = [
  /\/antd\/es\/(date-picker\/generatePicker|form\/FormItem|tabs|result|drawer\/style)\//,
  /\/node_modules\/(dayjs|echarts|elkjs|@xyflow)\//,
  /\/locales\/[^/]+\/rest\.ts$/,
];
/** Over the wire; 500 kB are allowed (`make bench-console` measures them), the rest is room. */
const MOST_BYTES = 470_000;
/** Of an answer's head, as the server of an installation writes it. */
const HEAD_BYTES = 530;

/** What is asked here of a chunk as the build makes it. */
export interface Script {
  fileName: string;
  code: string;
  facadeModuleId: string | null;
  moduleIds: string[];
  imports: string[];
}

/** The scripts that these modules and all that they import need; raises Error where a module has no script of its own. */
export function scriptsOf(scripts: readonly Script[], modules: readonly string[]): Script[] {
  const named = new Map(scripts.map((script) => [script.fileName, script]));
  const needed = new Set<Script>();
  const need = (script: Script) => {
    if (needed.has(script)) return;
    needed.add(script);
    for (const name of script.imports) {
      const imported = named.get(name);
      if (imported) need(imported);
    }
  };
  for (const module of modules) {
    const own = scripts.find(({ facadeModuleId }) => facadeModuleId?.endsWith(`/${module}`));
    if (!own) throw new Error(`${module} has no script of its own: vite-first-load.ts names what is loaded first`);
    need(own);
  }
  return [...needed];
}

const size = ({ code }: Script) => gzipSync(code, { level: 9 }).length + HEAD_BYTES;

/** Fails the build whose first load is more than an operator should wait for, or holds what only other pages need. */
export function firstLoad(): Plugin {
  return {
    name: "first-load",
    apply: "build",
    generateBundle(_options, bundle) {
      const scripts = Object.values(bundle).filter((each) => each.type === "chunk");
      const loaded = scriptsOf(scripts, PAGES);
      const words = WORDS.map((module) => scriptsOf(scripts, [module]).filter((script) => !loaded.includes(script)));
      const sum = (of: readonly Script[]) => of.reduce((bytes, script) => bytes + size(script), 0);
      const bytes = sum(loaded) + Math.max(...words.map(sum));
      const early = loaded.flatMap(({ moduleIds }) => moduleIds).filter((id) => LATER.some((each) => each.test(id)));
      if (early.length > 0) this.error(`only other pages need ${early.slice(0, 3).join(", ")}: load it with them`);
      const told = `first load: ${Math.round(bytes / 1000)} kB in ${loaded.length + 1} scripts`;
      if (bytes > MOST_BYTES) this.error(`${told}, at most ${MOST_BYTES / 1000} kB`);
      this.info(told);
    },
  };
}
