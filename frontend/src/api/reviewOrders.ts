/** Conversions by the review's present definition: their sums, and each of them with whose it is and why it does not count. */

import { ask } from "./ask";
import { type ReviewAnswer, type ReviewFilters, reviewPart } from "./review";
import type { Page, Schemas } from "./types";

/** Also one that does not count; `order` is `event:` and the event's id without an order's name, and empty for a goal node. */
export type Order = Schemas["Credit"];
export type ConversionsAnswer = Pick<Schemas["Conversions"], "goals" | "days"> & ReviewAnswer;
export type ConvertedGoal = Schemas["ConvertedGoal"];

/** Why a conversion does not count. */
export const WHY_NOT = ["before_entry", "cancelled", "same_order", "other_journey", "other_run", "again"] as const;

export const ORDER_FILTERS = ["counted", "note", "order"] as const;
export type OrderFilters = Partial<Record<(typeof ORDER_FILTERS)[number], string>>;

export const conversionsQuery = (journey: string, filters: ReviewFilters) =>
  reviewPart<ConversionsAnswer>(journey, "conversions", filters);

/** A page of them, newest first; of all journeys unless one is named. */
export const ordersPage = (journey: string | undefined, filters: OrderFilters, cursor?: string) =>
  ask<Page<Order>>("get", "review/orders/", { query: { ...filters, journey, cursor, page_size: 50 } });
