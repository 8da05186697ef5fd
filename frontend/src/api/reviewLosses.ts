/** Where people were lost on the way, and by which rule. */

import { type ReviewFilters, reviewPart } from "./review";
import type { Schemas } from "./types";

export type LossReason = Schemas["Loss"];

/** `people`: who passed it; `lost`: who did not, having passed the bar before; null: nobody knows. */
export type LossBar = Schemas["Bar"];

export type LossesAnswer = Schemas["Losses"];

export const lossesQuery = (journey: string, filters: ReviewFilters) =>
  reviewPart<LossesAnswer>(journey, "losses", filters);
