/** Where people of older versions go, as an operator changes it node by node. */

import type { Mapping } from "@/api/life";

/** Chosen for people who keep their version. No node has an id of nothing. */
export const STAYS = "";

export function withTarget(mapping: Mapping, node: string, target: string): Mapping {
  return { ...mapping, [node]: target === STAYS ? null : target };
}
