import type { Money } from "@/api/review";
import type { AttributionAnswer, CreditedRow } from "@/api/reviewCredits";

export interface Credited extends CreditedRow {
  people: number;
  share: number;
  value: readonly Money[];
}

/** What one model credits to each row, most first; shares are of all conversions. */
export function creditedRows({ rows, totals }: Pick<AttributionAnswer, "rows" | "totals">, model: string): Credited[] {
  return rows
    .map((row) => {
      const { people = 0, value = [] } = row.credits[model] ?? {};
      return { ...row, people, value, share: totals.people > 0 ? people / totals.people : 0 };
    })
    .toSorted((a, b) => b.people - a.people);
}
