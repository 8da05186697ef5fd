/** What the in-memory API's reviews count by: rules and costs of the workspace, goals of one journey's review. */

import type { ReviewDefinition } from "../src/api/review";
import type { ReviewCosts, ReviewRules } from "../src/api/reviewRules";
import { NOW } from "./now.ts";
import { DEFINITION } from "./reviewFigures.ts";

export class ReviewRulesKept {
  rules: ReviewRules = {
    order_property: "order_id",
    currency_property: "currency",
    currency: "CNY",
    refunds: [{ event: "order_refunded", value: "amount" }],
    cancellations: [{ event: "order_cancelled", value: null }],
    most_value: "10000000",
    credit: "last_entry_before",
    repeats: "each",
    revision: 1,
    changed_at: null,
  };
  costs: ReviewCosts = {
    currency: "CNY",
    staff_hour: null,
    task_minutes: "10",
    coupon_property: "coupon",
    coupons: [{ code: "SPRING20", goal: null, cost: "20", currency: "CNY" }],
  };
  private goals = new Map<string, ReviewDefinition["goals"]>();

  /** The answer of `review/rules/` and `review/costs/`. */
  of(part: "rules" | "costs", method: string, changes: object): ReviewRules | ReviewCosts {
    if (method !== "PATCH") return this[part];
    if (part === "costs") this.costs = { ...this.costs, ...changes };
    else this.rules = { ...this.rules, ...changes, revision: this.rules.revision + 1, changed_at: NOW };
    return this[part];
  }

  /** The answer of `journeys/{id}/review/definition/`. */
  definition(journey: string, method: string, body: object): ReviewDefinition | object {
    if (method === "PUT") this.goals.set(journey, (body as Pick<ReviewDefinition, "goals">).goals);
    if (method === "DELETE") {
      this.goals.delete(journey);
      return {};
    }
    const own = this.goals.get(journey);
    return own ? { ...DEFINITION, source: "override", version: null, since: NOW, goals: own } : DEFINITION;
  }
}
