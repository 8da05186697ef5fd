import { Alert } from "antd";
import { useTranslation } from "react-i18next";
import type { Arm, Ends, SampleRatio } from "@/api/reviewTests";
import { heightOf } from "@/charts/bars";
import { Chart } from "@/charts/Chart";
import { intervalPlot, type Spread } from "@/charts/intervals";
import { useFormat } from "@/format/useFormat";
import { pValue } from "./words";

/** A value with the ends of its interval. */
export function WithEnds({ value, interval, worded }: WithEndsProps) {
  if (value === null) return <>–</>;
  return (
    <>
      {worded(value)}{" "}
      {interval && (
        <span className="soft">
          [{worded(interval.low)}, {worded(interval.high)}]
        </span>
      )}
    </>
  );
}

interface WithEndsProps {
  value: number | null;
  interval: Ends | null;
  worded: (value: number) => string;
}

/** The cells of one group: people, conversions, rate, and what a person was worth. */
export function ArmCells({ arm }: { arm: Arm }) {
  const format = useFormat();
  return (
    <>
      <td className="numeric">{format.number(arm.converted)}</td>
      <td className="numeric">
        <WithEnds value={arm.rate} interval={arm.interval} worded={format.percent} />
      </td>
      <td className="numeric">
        {arm.values.map(({ currency, per_person, interval }) => (
          <div key={currency}>
            <WithEnds value={per_person} interval={interval} worded={(value) => format.money({ currency, value })} />
          </div>
        ))}
      </td>
    </>
  );
}

/** Shown where groups do not have as many people as their weights say: nothing may be concluded then. */
export function SplitWarning({ ratio }: { ratio: SampleRatio }) {
  const { t } = useTranslation();
  if (ratio.verdict !== "mismatch") return null;
  return (
    <Alert
      type="error"
      showIcon
      className="review-verdict"
      title={t("proof.mismatch")}
      description={t("proof.mismatchHint", { p: pValue(ratio.p) })}
      data-testid="sample-ratio"
    />
  );
}

interface SpreadsProps {
  label: string;
  spreads: readonly Spread[];
  worded: (value: number) => string;
  testId: string;
  origin?: boolean;
}

export function Spreads({ label, spreads, worded, testId, origin = false }: SpreadsProps) {
  const { t } = useTranslation();
  return (
    <div>
      <h3>{label}</h3>
      {spreads.length === 0 ? (
        <p className="soft">{t("proof.noInterval")}</p>
      ) : (
        <Chart
          label={label}
          testId={testId}
          height={heightOf(spreads.length)}
          table={{
            head: [label, t("proof.value"), t("proof.low"), t("proof.high")],
            rows: spreads.map(({ name, value, low, high }) => ({
              key: name,
              cells: [name, worded(value), worded(low), worded(high)],
            })),
          }}
          option={(inks) => intervalPlot(inks, spreads, { worded, origin })}
        />
      )}
    </div>
  );
}
