import type { Category, PlayRow } from "@/api/listing";

export const CATEGORIES: readonly Category[] = ["membership", "conversion", "nurture", "care", "retention", "growth"];

/** The plays of a category that hold the searched text in a name, a text, a figure or an event. */
export function matching(plays: readonly PlayRow[], search: string, category: Category | "own" | "all"): PlayRow[] {
  const wanted = search.trim().toLowerCase();
  return plays.filter((play) => {
    if (category === "own" ? !play.own : category !== "all" && play.category !== category) return false;
    return [play.name, play.summary, play.figure, ...play.events].join(" ").toLowerCase().includes(wanted);
  });
}
