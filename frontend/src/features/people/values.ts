/** Attributes as rows of a page, and values as a person reads them. Pure. */

export function shownValue(value: unknown): string {
  if (value === null || value === undefined) return "–";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

export interface Row {
  /** Dotted, as rules name it. */
  path: string;
  value: unknown;
}

/** Every attribute by its dotted path, in the order of the paths; lists are one value, as in rules. */
export function rowsOf(attributes: Readonly<Record<string, unknown>>, prefix = ""): Row[] {
  return Object.entries(attributes)
    .flatMap(([key, value]) => {
      const path = prefix + key;
      const inside = typeof value === "object" && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
      return inside.length > 0 ? rowsOf(value as Record<string, unknown>, `${path}.`) : [{ path, value }];
    })
    .toSorted((one, other) => one.path.localeCompare(other.path));
}

/** What a merge patch says of one dotted path: the value, null where it removes it, undefined where it says nothing. */
export function saidOf(patch: Readonly<Record<string, unknown>>, path: string): unknown {
  let place: unknown = patch;
  for (const part of path.split(".")) {
    // What removes the object removes everything in it.
    if (place === null) return null;
    if (typeof place !== "object" || place === undefined || !(part in place)) return undefined;
    place = (place as Record<string, unknown>)[part];
  }
  return place;
}

/** What was typed as a value: JSON where it reads as a number, true, false, a list or an object, else the text itself. */
export function typedValue(text: string): unknown {
  const wanted = text.trim();
  if (!/^(-?\d|true$|false$|[[{"])/.test(wanted)) return wanted;
  // What begins with a nought or a plus, or is too long, is a number to call or to look up, not one to add.
  if (/^-?0\d|^-?\d{16,}/.test(wanted)) return wanted;
  try {
    return JSON.parse(wanted);
  } catch {
    // It only looked like JSON, such as 1990-05-06.
    return wanted;
  }
}

const COMPUTED = "computed.";

/** Computed attributes apart from those that were sent or written. */
export function apart(rows: readonly Row[]): { own: Row[]; computed: Row[] } {
  return {
    own: rows.filter(({ path }) => !path.startsWith(COMPUTED)),
    computed: rows
      .filter(({ path }) => path.startsWith(COMPUTED))
      .map(({ path, value }) => ({ path: path.slice(COMPUTED.length), value })),
  };
}
