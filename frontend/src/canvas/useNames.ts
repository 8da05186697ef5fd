import { useQuery } from "@tanstack/react-query";
import { createContext, useContext, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { accountsQuery, journeysQuery, templatesQuery } from "@/api/queries";
import { segmentsQuery } from "@/api/segments";
import { useFormat } from "@/format/useFormat";
import type { Names } from "./core/definition";
import type { Say } from "./core/sentences";
import { useGraph } from "./store/graphStore";

export function useSay(): Say {
  const { t } = useTranslation();
  return t as Say;
}

const NamesContext = createContext<Names | null>(null);

/** Around the cards: names are looked up once, not by each of several hundred cards. */
export const NamesProvider = NamesContext.Provider;

export function useNames(): Names {
  const names = useContext(NamesContext);
  if (!names) throw new Error("no NamesProvider is above this");
  return names;
}

/** The names of goals, templates, segments and journeys, for sentences about nodes. */
export function useNamesInUse(): Names {
  const goals = useGraph((state) => state.graph.settings.goals);
  const inUse = useGraph(({ graph }) =>
    graph.nodes.map(({ type, config }) => `${type} ${type === "split" || "segment" in config}`).join(),
  );
  const { time } = useFormat();
  const templates = useQuery(templatesQuery).data;
  const accounts = useQuery(accountsQuery).data;
  const segments = useQuery({ ...segmentsQuery, enabled: inUse.includes("true") }).data;
  const journeys = useQuery({
    ...journeysQuery(undefined, ""),
    enabled: inUse.includes("enroll"),
    refetchInterval: false,
  }).data;
  return useMemo(
    () => ({
      goals: goals ?? [],
      template: (key) => templates?.results.find((each) => each.key === key || each.id === key)?.name ?? key,
      account: (key) => accounts?.results.find((each) => each.key === key || each.id === key)?.name || key,
      segment: (id) => segments?.results.find((each) => each.id === id)?.name ?? id,
      journey: (id) => journeys?.results.find((each) => each.id === id)?.name ?? id,
      time,
    }),
    [goals, templates, accounts, segments, journeys, time],
  );
}
