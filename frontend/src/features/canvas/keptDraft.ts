/** What was drawn and not saved, kept in this browser: a session that ends, a crash or a closed tab does not lose it. */

import type { Graph } from "@/canvas/core/graph";

export interface KeptDraft {
  graph: Graph;
  /** The saved draft that it was drawn upon. */
  revision: number;
}

const placeOf = (user: number, journey: string) => `zhitu.draft.${user}.${journey}`;

export function keep(user: number, journey: string, draft: KeptDraft) {
  try {
    localStorage.setItem(placeOf(user, journey), JSON.stringify(draft));
  } catch (error) {
    // A full store keeps nothing more; the way out still asks before anything is lost.
    if (!(error instanceof DOMException)) throw error;
  }
}

export function forget(user: number, journey: string) {
  localStorage.removeItem(placeOf(user, journey));
}

export function keptDraft(user: number, journey: string): KeptDraft | null {
  const text = localStorage.getItem(placeOf(user, journey));
  return text ? (JSON.parse(text) as KeptDraft) : null;
}
