/** People as they are pasted into a list: one a line, or divided by commas, semicolons or tabs. */

export type Pasted = { id: string } | { identities: Record<string, string> };

/** As many as one request takes. */
export const MOST_PASTED = 10_000;
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Ids of people are known by their form; all else is taken for an identity of `type`. Each once, in their order. */
export function pastedPeople(text: string, type: string): Pasted[] {
  const words = text.split(/[\n\r\t,;，；、]+/).map((word) => word.trim());
  return [...new Set(words.filter(Boolean))].map((word) =>
    ID.test(word) ? { id: word } : { identities: { [type]: word } },
  );
}
