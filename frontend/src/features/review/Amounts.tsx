import type { Money } from "@/api/review";
import { useFormat } from "@/format/useFormat";

/** Sums, one a currency: they are not added. */
export function Amounts({ amounts }: { amounts: readonly Money[] }) {
  const format = useFormat();
  if (amounts.length === 0) return <>–</>;
  return (
    <>
      {amounts.map((amount) => (
        <span key={amount.currency} className="amount">
          {format.money(amount)}
        </span>
      ))}
    </>
  );
}
