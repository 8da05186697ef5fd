import type { FlowEdge } from "./JourneyEdge";
import type { BoardNode } from "./useFlowNodes";

/** What is drawn, with what is selected of it. */
export interface Board {
  nodes: readonly BoardNode[];
  edges: readonly FlowEdge[];
}

export const selectedIds = (items: readonly { id: string; selected?: boolean }[]) =>
  new Set(items.filter((item) => item.selected).map((item) => item.id));
