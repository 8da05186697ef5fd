import type { Money } from "@/api/review";
import type { CostAnswer } from "@/api/reviewWorth";

export interface CostLine {
  kind: "messages" | "coupons" | "staff";
  /** The channel, or the coupon; empty for staff. */
  name: string;
  number: number;
  /** Messages whose cost nobody knows. */
  unpriced: number;
  /** null: it is not known what it costs. */
  cost: Money | null;
}

/** Everything that was paid for, one line each; what nobody did is left out. Pure. */
export function costLines({
  messages,
  coupons,
  staff,
}: Pick<CostAnswer, "messages" | "coupons" | "staff">): CostLine[] {
  return [
    ...messages.map(
      ({ channel, messages: number, unpriced, currency, amount }): CostLine => ({
        kind: "messages",
        name: channel,
        number,
        unpriced,
        cost: unpriced === number ? null : { currency, value: amount },
      }),
    ),
    ...coupons.map(
      ({ key, uses, currency, amount }): CostLine => ({
        kind: "coupons",
        name: key,
        number: uses,
        unpriced: 0,
        cost: { currency, value: amount },
      }),
    ),
    {
      kind: "staff" as const,
      name: "",
      number: staff.tasks,
      unpriced: 0,
      cost: staff.amount === null ? null : { currency: staff.currency, value: staff.amount },
    },
  ].filter(({ number }) => number > 0);
}
