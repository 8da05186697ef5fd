import { useState } from "react";
import type { Script } from "./script";

/** What is being tried: a script, and the id of the kept one that it began as. */
export interface Work {
  script: Script;
  kept: string | null;
}

/** Closing the panel to look at a card must not lose what was written in it. */
const left = new Map<string, Work>();

/** The script that this journey's panel was left with; a new one at first. */
export function useWork(journeyId: string, begin: () => Script): [Work, (work: Work) => void] {
  const [work, setWork] = useState<Work>(() => left.get(journeyId) ?? { script: begin(), kept: null });
  const put = (next: Work) => {
    left.set(journeyId, next);
    setWork(next);
  };
  return [work, put];
}
