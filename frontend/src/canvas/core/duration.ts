/** ISO 8601 durations as operators read and set them: a list of amounts with units, largest unit first. */

export const UNITS = ["years", "months", "weeks", "days", "hours", "minutes", "seconds"] as const;
export type Unit = (typeof UNITS)[number];
export interface Part {
  amount: number;
  unit: Unit;
}

const PATTERN = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;
const LETTERS: Record<Unit, string> = {
  years: "Y",
  months: "M",
  weeks: "W",
  days: "D",
  hours: "H",
  minutes: "M",
  seconds: "S",
};
const CLOCK: readonly Unit[] = ["hours", "minutes", "seconds"];

/** The parts of a duration, or null when the text is none. Zero parts are dropped, except in a duration of nothing. */
export function parseDuration(text: string): Part[] | null {
  const match = PATTERN.exec(text);
  if (!match || text === "P" || text.endsWith("T")) return null;
  const parts = UNITS.flatMap((unit, index) => {
    const found = match[index + 1];
    return found === undefined ? [] : [{ unit, amount: Number(found) }];
  });
  const some = parts.filter((part) => part.amount > 0);
  return some.length > 0 ? some : parts.slice(0, 1);
}

/** Amounts of the same unit are added; days and hours are never converted, because a day keeps the clock time over DST. */
export function formatDuration(parts: readonly Part[]): string {
  const written = (units: readonly Unit[]) =>
    units
      .map((unit) => ({ unit, amount: parts.filter((p) => p.unit === unit).reduce((sum, p) => sum + p.amount, 0) }))
      .filter((part) => part.amount > 0)
      .map((part) => `${part.amount}${LETTERS[part.unit]}`)
      .join("");
  const date = written(UNITS.filter((unit) => !CLOCK.includes(unit)));
  const clock = written(CLOCK);
  if (!date && !clock) return "PT0S";
  return `P${date}${clock ? `T${clock}` : ""}`;
}

export interface Offset {
  side: "at" | "before" | "after";
  duration: string;
}

/** A signed duration relative to a date: "-P3D" is three days before it; nothing, or a length of nothing, is that very time. */
export function readOffset(text: string | undefined): Offset {
  const before = text?.startsWith("-") === true;
  const duration = (text ?? "").replace(/^[+-]/, "");
  if (duration === "" || parseDuration(duration)?.every((part) => part.amount === 0)) {
    return { side: "at", duration: "PT0S" };
  }
  return { side: before ? "before" : "after", duration };
}

export function writeOffset({ side, duration }: Offset): string | undefined {
  if (side === "at") return undefined;
  return side === "before" ? `-${duration}` : duration;
}
