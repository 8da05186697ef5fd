/** Liquid in texts: which variables a text names, and putting another one in at the cursor. */

const OUTPUT = /\{\{-?\s*([^}]*?)\s*-?\}\}/g;
const TAG = /\{%-?\s*(\w+)\s*([^%]*?)\s*-?%\}/g;
const PATH = /^[A-Za-z_][\w-]*(?:\.[\p{L}\w-]+|\[["'][^"']+["']\])*/u;
const CONDITIONS = new Set(["if", "elsif", "unless", "case"]);

/** `profile.city` of `profile["city"]`. */
function dotted(path: string): string {
  return path.replace(/\[["']([^"']+)["']\]/g, ".$1");
}

function pathAt(text: string): string | null {
  const found = PATH.exec(text.trim());
  return found ? dotted(found[0]) : null;
}

/** The paths that a text reads, each once, without those that the text itself defines by `assign`, `capture` or `for`. */
export function variablesIn(text: string): string[] {
  const read: string[] = [];
  const own = new Set<string>(["forloop", "true", "false", "nil", "blank", "empty"]);
  for (const [, tag = "", rest = ""] of text.matchAll(TAG)) {
    if (tag === "assign" || tag === "capture") own.add(rest.split(/[\s=]/)[0] ?? "");
    const loop = tag === "for" ? /^(\w+)\s+in\s+(.*)$/.exec(rest) : null;
    if (loop) {
      own.add(loop[1] ?? "");
      const over = pathAt(loop[2] ?? "");
      if (over) read.push(over);
    }
    const assigned = tag === "assign" ? rest.split("=")[1] : undefined;
    const asked = CONDITIONS.has(tag) ? rest : assigned;
    const path = asked === undefined ? null : pathAt(asked);
    if (path) read.push(path);
  }
  for (const [, expression = ""] of text.matchAll(OUTPUT)) {
    const path = pathAt(expression);
    if (path) read.push(path);
  }
  return [...new Set(read)].filter((path) => !own.has(path.split(".")[0] ?? ""));
}

/** What may be named. An empty list of a root means that nothing is known of it, so that nothing of it is called unknown. */
export interface Known {
  profile: readonly string[];
  event: readonly string[];
}

/** The variables of a text that nobody would fill. */
export function unknownVariables(text: string, known: Known): string[] {
  return variablesIn(text).filter((path) => {
    const [root = "", ...rest] = path.split(".");
    if (root === "preference_url") return false;
    if (root !== "profile" && root !== "event") return true;
    const names = known[root];
    const name = rest.join(".");
    return (
      names.length > 0 &&
      name !== "" &&
      !names.some((each) => each === name || name.startsWith(`${each}.`) || each.startsWith(`${name}.`))
    );
  });
}

/** The text with the variable where the selection was, and where the cursor is then. */
export function insertVariable(
  text: string,
  variable: string,
  from: number,
  to: number,
): { text: string; caret: number } {
  const piece = `{{ ${variable} }}`;
  return { text: text.slice(0, from) + piece + text.slice(to), caret: from + piece.length };
}
