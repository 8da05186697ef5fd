import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { type Graph, nodeOf } from "@/canvas/core/graph";
import { outcomesOf } from "@/canvas/nodes/registry";
import { titleIn } from "@/canvas/nodes/titleOf";

export interface NodeWords {
  /** The operator's name of a node, else that of its type, else its id: earlier versions may have had others. */
  node: (id: string) => string;
  /** The same for a heading of its own: what has no name has its id beside its type. */
  test: (id: string, name: string) => string;
  outcome: (node: string, outcome: string) => string;
}

export function useNodeWords(graph: Graph): NodeWords {
  const { t } = useTranslation();
  const node = useCallback((id: string) => titleIn(t, graph.nodes, id), [graph, t]);
  const test = useCallback((id: string, name: string) => name || [...new Set([node(id), id])].join(" "), [node]);
  const outcome = useCallback(
    (id: string, which: string) => {
      const found = nodeOf(graph, id);
      const named = found && outcomesOf(found).find((each) => each.id === which)?.name;
      return named || t(`outcome.${which}`, { defaultValue: which });
    },
    [graph, t],
  );
  return { node, test, outcome };
}
