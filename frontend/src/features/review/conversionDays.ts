import type { ConversionsAnswer } from "@/api/reviewOrders";

const DAY_MS = 86_400_000;
const dateOf = (at: number) => new Date(at).toISOString().slice(0, 10);

export interface ConversionDay {
  day: string;
  /** By the goal's id, whatever the currencies. */
  conversions: Record<string, number>;
}

/** Every day from the first conversion to the last, also those without any: a chart without them would tell of a steadier time. Pure. */
export function byDay(days: ConversionsAnswer["days"]): ConversionDay[] {
  const known = new Map<string, Record<string, number>>();
  for (const { day, goal, conversions } of days) {
    const sums = known.get(day) ?? {};
    sums[goal] = (sums[goal] ?? 0) + conversions;
    known.set(day, sums);
  }
  const named = [...known.keys()].sort();
  const [first, last] = [named[0], named.at(-1)];
  if (first === undefined || last === undefined) return [];
  const length = (Date.parse(last) - Date.parse(first)) / DAY_MS + 1;
  return Array.from({ length }, (_, place) => {
    const day = dateOf(Date.parse(first) + place * DAY_MS);
    return { day, conversions: known.get(day) ?? {} };
  });
}
