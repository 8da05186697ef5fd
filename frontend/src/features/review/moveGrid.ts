import type { ClassMove } from "@/api/reviewWorth";

/** Moves as a square of classes, both ways in one order; who was or is in no class stands last, as the empty text. Pure. */
export function moveGrid(moves: readonly ClassMove[]): { classes: string[]; rows: { key: string; cells: number[] }[] } {
  const named = new Set(moves.flatMap(({ origin, destination }) => [origin, destination]));
  const classes = [...named]
    .map((value) => value ?? "")
    .sort((a, b) => Number(a === "") - Number(b === "") || a.localeCompare(b));
  const people = new Map<string, number>();
  for (const { origin, destination, people: some } of moves) {
    const key = JSON.stringify([origin ?? "", destination ?? ""]);
    people.set(key, (people.get(key) ?? 0) + some);
  }
  return {
    classes,
    rows: classes.map((from) => ({
      key: from,
      cells: classes.map((to) => people.get(JSON.stringify([from, to])) ?? 0),
    })),
  };
}
