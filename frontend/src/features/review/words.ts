import type { Format } from "@/format/useFormat";

/** A difference of two shares in percentage points, as a bare number with its sign. Pure. */
export function pointsOf(difference: number, number: (value: number) => string): string {
  const points = Math.round(difference * 1000) / 10;
  return `${points > 0 ? "+" : ""}${number(points === 0 ? 0 : points)}`;
}

const LARGE = 10;
const CENT = 0.01;

/** A return on investment: with decimals only while they can matter. Pure. */
export const roiText = (roi: number, { change }: Pick<Format, "change">) =>
  change(Math.abs(roi) < LARGE ? roi : Math.round(roi * 100) / 100);

/** Less than a cent is not nothing: what a message costs each converted person may be as little. Pure. */
export function smallMoney(currency: string, value: string, { money }: Pick<Format, "money">): string {
  const amount = Math.abs(Number(value));
  return amount > 0 && amount < CENT ? `${value.replace(/0+$/, "")} ${currency}` : money({ currency, value });
}

const LEAST_P = 0.001;

/** A probability as it is written: never a 0 that would say "impossible". Pure. */
export const pValue = (p: number | null) =>
  p === null ? "p = –" : p < LEAST_P ? `p < ${LEAST_P}` : `p = ${p.toFixed(3)}`;
