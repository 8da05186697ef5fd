import { api, dataOf } from "@/api/client";
import type { Journey } from "@/api/types";
import type { Graph } from "@/canvas/core/graph";

/** What of a journey is written at once. */
export interface Changes {
  graph?: Graph;
  name?: string;
}

/** Writes to the journey if nobody has since `revision`. Throws ApiError `revision_conflict` otherwise. */
export function patchJourney(
  id: string,
  body: Changes & { revision: number /** Nobody asked for it. */; autosave?: boolean },
): Promise<Journey> {
  return dataOf(api.PATCH("/api/v1/journeys/{id}/", { params: { path: { id } }, body }));
}
