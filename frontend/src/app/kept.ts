/** What was edited and not saved, kept in this browser: a session that ends, a crash or a closed tab does not lose it. */

/** `zhitu.{what}.{user}.{id}`: one user's edits are nobody else's at the same browser. */
export const placeOf = (what: "draft" | "segment", user: number, id: string) => `zhitu.${what}.${user}.${id}`;

export function keep(place: string, edits: unknown) {
  try {
    localStorage.setItem(place, JSON.stringify(edits));
  } catch (error) {
    // A full store keeps nothing more; the way out still asks before anything is lost.
    if (!(error instanceof DOMException)) throw error;
  }
}

export function forget(place: string) {
  localStorage.removeItem(place);
}

export function kept<Edits>(place: string): Edits | null {
  const text = localStorage.getItem(place);
  return text ? (JSON.parse(text) as Edits) : null;
}
