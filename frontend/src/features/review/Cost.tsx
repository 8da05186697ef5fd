import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type CostAnswer, costQuery } from "@/api/reviewWorth";
import { useFormat } from "@/format/useFormat";
import { costLines } from "./costLines";
import { Figure } from "./Figures";
import { Part } from "./Part";
import type { TabProps } from "./tabs";
import { roiText, smallMoney } from "./words";

/** What the journey cost, and what came back for it, each currency by itself. */
export function Cost({ journeyId, filters }: TabProps) {
  const { t } = useTranslation();
  const cost = useQuery(costQuery(journeyId, filters));
  return (
    <Part query={cost} isEmpty={({ currencies }) => currencies.length === 0} empty={t("worth.noCost")}>
      {(answer) => <Shown answer={answer} />}
    </Part>
  );
}

function Shown({ answer }: { answer: CostAnswer }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <>
      {answer.currencies.map(({ currency, cost, value, profit, roi, cost_per_conversion }) => (
        <section className="figures" key={currency} aria-label={currency}>
          <Figure label={t("worth.cost")} value={format.money({ currency, value: cost })} testId={`cost-${currency}`} />
          <Figure
            label={t("review.worth")}
            value={format.money({ currency, value })}
            detail={t("worth.profit", { profit: format.money({ currency, value: profit }) })}
            testId={`worth-${currency}`}
          />
          <Figure
            label={t("worth.roi")}
            value={roi === null ? "–" : roiText(roi, format)}
            detail={roi === null ? t("worth.noRoi") : t("worth.roiHint")}
            testId={`roi-${currency}`}
          />
          <Figure
            label={t("worth.perConversion")}
            value={cost_per_conversion === null ? "–" : smallMoney(currency, cost_per_conversion, format)}
            detail={t("worth.converted", { people: format.number(answer.people) })}
            testId={`per-conversion-${currency}`}
          />
        </section>
      ))}
      <section className="panel" data-testid="costs">
        <h2>{t("worth.lines")}</h2>
        <table className="funnel">
          <thead>
            <tr>
              <th>{t("worth.line")}</th>
              <th className="numeric">{t("worth.number")}</th>
              <th className="numeric">{t("worth.cost")}</th>
            </tr>
          </thead>
          <tbody>
            {costLines(answer).map(({ kind, name, number, unpriced, cost }) => (
              <tr key={`${kind} ${name} ${cost?.currency ?? ""}`}>
                <td>
                  {t(`worth.kind.${kind}`)} {kind === "messages" ? t(`channel.${name}`, { defaultValue: name }) : name}
                </td>
                <td className="numeric">
                  {format.number(number)}
                  {unpriced > 0 && (
                    <div className="soft">{t("worth.unpriced", { number: format.number(unpriced) })}</div>
                  )}
                </td>
                <td className="numeric">{cost ? format.money(cost) : t("worth.unknown")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}
