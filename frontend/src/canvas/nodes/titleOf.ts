import type { TFunction } from "i18next";
import type { GraphNode } from "../core/graph";

/** What a card is called: as its operator named it, else by what it does. */
export const titleOf = (t: TFunction, { name, type }: Pick<GraphNode, "name" | "type">): string =>
  name || t(`node.${type}.title`, { defaultValue: type });

/** What the card with this id is called; its id where none of `nodes` has it, as one that only earlier versions had. */
export function titleIn(t: TFunction, nodes: readonly GraphNode[], id: string): string {
  const found = nodes.find((node) => node.id === id);
  return found ? titleOf(t, found) : id;
}
