/** What the two forms of the review's settings hold, and what of it the API reads. */

import type { ReviewCosts, ReviewCostsChange, ReviewRules, ReviewRulesChange } from "@/api/reviewRules";

export interface TakebackValues {
  event: string;
  value: string;
}

export interface CountingValues extends Omit<ReviewRules, "refunds" | "cancellations" | "revision" | "changed_at"> {
  refunds: TakebackValues[];
  cancellations: TakebackValues[];
}

const shown = (rows: ReviewRules["refunds"]): TakebackValues[] =>
  rows.map(({ event, value }) => ({ event, value: value ?? "" }));
/** Without a property all of the order is taken back. */
const told = (rows: readonly TakebackValues[]) =>
  rows.map(({ event, value }) => ({ event: event.trim(), value: value?.trim() || null }));

export function countingValues({ revision: _, changed_at: __, ...rules }: ReviewRules): CountingValues {
  return { ...rules, refunds: shown(rules.refunds), cancellations: shown(rules.cancellations) };
}

export function rulesChange(values: CountingValues): ReviewRulesChange {
  return {
    ...values,
    order_property: values.order_property.trim(),
    currency_property: values.currency_property.trim(),
    currency: values.currency.trim(),
    most_value: values.most_value.trim(),
    refunds: told(values.refunds),
    cancellations: told(values.cancellations),
  };
}

export interface CouponValues {
  of: "code" | "goal";
  code?: string;
  goal?: string;
  cost: string;
  currency: string;
}

export interface CostsValues {
  currency: string;
  staff_hour: string;
  task_minutes: string;
  coupon_property: string;
  coupons: CouponValues[];
}

export function costsValues(costs: ReviewCosts): CostsValues {
  return {
    currency: costs.currency,
    staff_hour: costs.staff_hour ?? "",
    task_minutes: costs.task_minutes,
    coupon_property: costs.coupon_property,
    coupons: costs.coupons.map(({ code, goal, cost, currency }) => ({
      of: goal ? "goal" : "code",
      code: code ?? "",
      goal: goal ?? "",
      cost,
      currency: currency ?? costs.currency,
    })),
  };
}

export function costsChange(values: CostsValues): ReviewCostsChange {
  return {
    currency: values.currency.trim(),
    staff_hour: values.staff_hour.trim() || null,
    task_minutes: values.task_minutes.trim(),
    coupon_property: values.coupon_property.trim(),
    coupons: values.coupons.map(({ of, code = "", goal = "", cost, currency }) => ({
      code: of === "code" ? code.trim() : null,
      goal: of === "goal" ? goal.trim() : null,
      cost: cost.trim(),
      currency: currency.trim(),
    })),
  };
}

export const CURRENCY = /^\s*[A-Z]{3}\s*$/;
export const AMOUNT = /^\s*\d{1,8}(\.\d{1,4})?\s*$/;
export const MINUTES = /^\s*\d{1,5}(\.\d{1,2})?\s*$/;
/** Up to 10^14, as the server believes. */
export const VALUE = /^\s*\d{1,15}(\.\d{1,4})?\s*$/;
