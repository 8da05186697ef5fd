import { useQuery } from "@tanstack/react-query";
import { Alert } from "antd";
import { useTranslation } from "react-i18next";
import { HOLDOUT_ARMS, type HoldoutAnswer, holdoutQuery } from "@/api/reviewTests";
import { sided } from "@/charts/intervals";
import { useFormat } from "@/format/useFormat";
import { language } from "@/i18n";
import { ArmCells, SplitWarning, Spreads } from "./Intervals";
import { Part } from "./Part";
import { spreadsOf } from "./spreads";
import type { TabProps } from "./tabs";
import { pointsOf, pValue } from "./words";

/** What the journey did beyond what would have happened anyway: those it touched against those who were held out. */
export function Holdout({ journeyId, filters }: TabProps) {
  const { t } = useTranslation();
  const holdout = useQuery(holdoutQuery(journeyId, filters));
  return (
    <Part query={holdout} isEmpty={({ arms }) => arms.held_out.people === 0} empty={t("proof.noHoldout")}>
      {(answer) => <Shown answer={answer} />}
    </Part>
  );
}

const LOOK = { good: "success", bad: "error", plain: "info" } as const;

function Shown({ answer }: { answer: HoldoutAnswer }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { combined, extra, arms, periods, verdict } = answer;
  const nameOf = (arm: (typeof HOLDOUT_ARMS)[number]) => t(`proof.group.${arm}`);
  return (
    <section className="panel" data-testid="holdout">
      <h2>{t("proof.holdout")}</h2>
      <p className="soft">{t("proof.holdoutHint")}</p>
      {periods.map(({ since, sample_ratio }) => (
        <SplitWarning key={since ?? ""} ratio={sample_ratio} />
      ))}
      <Alert
        type={combined ? LOOK[sided(combined.interval.low, combined.interval.high)] : "info"}
        showIcon
        className="review-verdict"
        title={verdict.messages[language()] ?? verdict.code}
        description={[
          combined && t("proof.oneLook", { p: pValue(combined.p) }),
          extra !== null && t("proof.extra", { people: format.number(Math.round(extra)) }),
        ]
          .filter(Boolean)
          .join(" · ")}
        data-testid="holdout-verdict"
      />
      <table className="funnel">
        <thead>
          <tr>
            <th>{t("proof.groupTitle")}</th>
            <th className="numeric">{t("review.people")}</th>
            <th className="numeric">{t("review.converted")}</th>
            <th className="numeric">{t("review.rateTitle")}</th>
            <th className="numeric">{t("proof.perPerson")}</th>
          </tr>
        </thead>
        <tbody>
          {HOLDOUT_ARMS.map((arm) => (
            <tr key={arm}>
              <td>{nameOf(arm)}</td>
              <td className="numeric">{format.number(arms[arm].people)}</td>
              <ArmCells arm={arms[arm]} />
            </tr>
          ))}
        </tbody>
      </table>
      <div className="review-pair">
        <Spreads
          label={t("proof.rates")}
          spreads={spreadsOf(
            HOLDOUT_ARMS.map((arm) => ({ name: nameOf(arm), value: arms[arm].rate, interval: arms[arm].interval })),
          )}
          worded={format.percent}
          testId="holdout-rates"
        />
        <Spreads
          label={t("proof.upliftPoints")}
          spreads={
            combined
              ? spreadsOf([{ name: t("proof.uplift"), value: combined.difference, interval: combined.interval }], true)
              : []
          }
          worded={(value) => pointsOf(value, format.number)}
          origin
          testId="holdout-uplift"
        />
      </div>
      {periods.length > 1 && <Periods periods={periods} />}
    </section>
  );
}

/** Where the share was changed, each time by itself: who was in the holdout when. */
function Periods({ periods }: Pick<HoldoutAnswer, "periods">) {
  const { t } = useTranslation();
  const format = useFormat();
  const day = (date: string | null) => (date ? format.day(date) : "…");
  return (
    <table className="funnel" data-testid="holdout-periods">
      <thead>
        <tr>
          <th>{t("proof.period")}</th>
          <th className="numeric">{t("proof.share")}</th>
          {HOLDOUT_ARMS.map((arm) => (
            <th key={arm} className="numeric">
              {t(`proof.group.${arm}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {periods.map(({ since, until, percent, mixed, arms }) => (
          <tr key={since ?? ""}>
            <td>
              {day(since)} – {day(until)} {mixed && <span className="chip">{t("proof.mixed")}</span>}
            </td>
            <td className="numeric">{format.percent(percent / 100)}</td>
            {HOLDOUT_ARMS.map((arm) => (
              <td key={arm} className="numeric">
                {arms[arm].rate === null ? "–" : format.percent(arms[arm].rate)}{" "}
                <span className="soft">
                  {format.number(arms[arm].converted)} / {format.number(arms[arm].people)}
                </span>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
