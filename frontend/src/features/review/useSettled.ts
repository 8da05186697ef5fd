import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import type { ConvertedGoal } from "@/api/reviewOrders";
import type { Stage } from "@/api/reviewPaths";

interface Figures {
  stages: readonly Stage[] | undefined;
  goals: readonly ConvertedGoal[] | undefined;
}

/**
 * Has every part of a review read again when the figures that are watched have changed under the same filters: an order came
 * in, or goals count in another way. Equal answers are the same object, so nothing is read again for the time alone.
 */
export function useSettled(journeyId: string, filters: object, { stages, goals }: Figures) {
  const queries = useQueryClient();
  const asked = JSON.stringify([journeyId, filters]);
  const seen = useRef<Figures & { asked: string }>(undefined);
  useEffect(() => {
    if (!stages || !goals) return;
    const before = seen.current;
    seen.current = { asked, stages, goals };
    if (before?.asked === asked && (before.stages !== stages || before.goals !== goals))
      void queries.invalidateQueries({
        queryKey: ["review", journeyId],
        predicate: ({ queryKey }) => queryKey[2] !== "conversions" && queryKey[2] !== "orders",
      });
  }, [queries, journeyId, asked, stages, goals]);
}
