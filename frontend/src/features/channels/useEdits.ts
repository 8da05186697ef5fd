import { useMemo } from "react";

/**
 * Which edits of a form are saved. They go by their number, so one that is made while others are on their way to the server is
 * not taken for saved, and none that are on their way is taken away by what comes from there.
 */
export function useEdits() {
  return useMemo(() => {
    let [made, sent, saved] = [0, 0, 0];
    return {
      make: () => {
        made += 1;
      },
      /** All so far are on their way; the number tells `save` of which. */
      send: () => {
        sent = made;
        return sent;
      },
      refuse: () => {
        sent = saved;
      },
      /** Up to that number, or all, are saved or given up. */
      save: (upTo = made) => {
        saved = upTo;
        sent = Math.max(sent, saved);
      },
      /** Somebody who leaves now loses some. */
      wouldBeLost: () => made > sent,
      /** Another version may take their place. */
      none: () => made === saved,
    };
  }, []);
}
