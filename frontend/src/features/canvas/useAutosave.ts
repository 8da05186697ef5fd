import { useEffect, useState } from "react";
import { useGraph } from "@/canvas/store/graphStore";
import type { Draft } from "./useDraft";

const AFTER_LAST_EDIT_MS = 2_500;
const AFTER_A_FAILURE_MS = 15_000;
const WISH = "zhitu.autosave";

/** Whether this browser saves by itself; it does unless the operator has said otherwise. */
export function useAutosaveWish(): [boolean, (on: boolean) => void] {
  const [on, setOn] = useState(() => localStorage.getItem(WISH) !== "off");
  const put = (next: boolean) => {
    localStorage.setItem(WISH, next ? "on" : "off");
    setOn(next);
  };
  return [on, put];
}

/**
 * Saves the draft shortly after the last edit. A conflict is the operator's to decide: until they have, nothing is saved by itself.
 * While the server cannot be reached it tries again now and then; the draft is kept in the browser meanwhile.
 */
export function useAutosave({ dirty, save, undecided }: Draft, on: boolean) {
  const graph = useGraph((state) => state.graph);
  const { mutate, isPending, isError } = save;
  // biome-ignore lint/correctness/useExhaustiveDependencies: every edit begins the pause anew
  useEffect(() => {
    if (!on || !dirty || undecided || isPending) return;
    const timer = window.setTimeout(() => mutate({ silent: true }), isError ? AFTER_A_FAILURE_MS : AFTER_LAST_EDIT_MS);
    return () => window.clearTimeout(timer);
  }, [on, dirty, undecided, isPending, isError, mutate, graph]);
}
