import type { Order } from "@/api/reviewOrders";

const NAMELESS = "event:";

/** What the order is called; null: its event named none, or there was no event. Pure. */
export const orderName = ({ order }: Pick<Order, "order">) =>
  order === "" || order.startsWith(NAMELESS) ? null : order;

const PLACES = 10_000n;

/** What is left of the value, as a decimal text; null: nobody knows a value. In ten-thousandths, so that no cent gets lost. */
export function remains({ value, refunded }: Pick<Order, "value" | "refunded">): string | null {
  if (value === null) return null;
  const left = units(value) - units(refunded);
  const [sign, size] = left < 0n ? ["-", -left] : ["", left];
  return `${sign}${size / PLACES}.${String(size % PLACES).padStart(4, "0")}`;
}

function units(text: string): bigint {
  const [whole = "0", part = ""] = text.replace("-", "").split(".");
  const size = BigInt(whole) * PLACES + BigInt(part.padEnd(4, "0").slice(0, 4));
  return text.startsWith("-") ? -size : size;
}
