import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { templatesQuery } from "@/api/queries";
import type { Names } from "./core/definition";
import type { Say } from "./core/sentences";
import { useGraph } from "./store/graphStore";

export function useSay(): Say {
  const { t } = useTranslation();
  return t as Say;
}

/** The names of goals and templates, for sentences about nodes. */
export function useNames(): Names {
  const goals = useGraph((state) => state.graph.settings.goals);
  const { data } = useQuery(templatesQuery);
  return useMemo(
    () => ({
      goals: goals ?? [],
      template: (key) => data?.results.find((each) => each.key === key || each.id === key)?.name ?? key,
    }),
    [goals, data],
  );
}
