/** Where a draft stands with its second person. */

import type { Approvable } from "@/api/life";

/** `stale`: it was decided or asked about an earlier revision, and the draft has changed since. */
export type Standing = "none" | "asked" | "approved" | "rejected" | "stale";

export function standingOf({ approval, revision }: Approvable & { revision: number }): Standing {
  if (!approval) return "none";
  return approval.revision === revision ? approval.state : "stale";
}
