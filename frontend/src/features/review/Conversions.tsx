import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type ConversionsAnswer, conversionsQuery } from "@/api/reviewOrders";
import { lines } from "@/charts/bars";
import { Chart } from "@/charts/Chart";
import { useFormat } from "@/format/useFormat";
import { byDay } from "./conversionDays";
import { Orders } from "./Orders";
import { Part } from "./Part";
import { Scroll } from "./Scroll";
import type { TabProps } from "./tabs";

const CHART_HEIGHT = 220;
const LIST_HEIGHT = 420;

/** What came of the journey: each goal's conversions and money, when they came, and one by one what counts and what does not. */
export function Conversions({ journeyId, filters }: TabProps) {
  const { t } = useTranslation();
  const query = useQuery(conversionsQuery(journeyId, filters));
  return (
    <Part query={query} isEmpty={({ goals }) => goals.length === 0} empty={t("review.noGoals")}>
      {(answer) => (
        <>
          <Goals answer={answer} />
          <section className="panel">
            <h2>{t("orders.title")}</h2>
            <p className="soft">{t("orders.hint")}</p>
            <Orders journeyId={journeyId} height={LIST_HEIGHT} />
          </section>
        </>
      )}
    </Part>
  );
}

function Goals({ answer: { goals, days } }: { answer: ConversionsAnswer }) {
  const { t } = useTranslation();
  const format = useFormat();
  const perDay = byDay(days);
  const shown = goals.filter(({ id }) => perDay.some(({ conversions }) => conversions[id]));
  return (
    <section className="panel" data-testid="conversions">
      <h2>{t("orders.goals")}</h2>
      <p className="soft">{t("orders.goalsHint")}</p>
      <Scroll label={t("orders.goals")}>
        <table className="funnel">
          <thead>
            <tr>
              <th>{t("orders.goal")}</th>
              <th className="numeric">{t("review.people")}</th>
              <th className="numeric">{t("orders.times")}</th>
              <th className="numeric">{t("orders.value")}</th>
              <th className="numeric">{t("orders.refunded")}</th>
              <th className="numeric">{t("orders.net")}</th>
            </tr>
          </thead>
          <tbody>
            {goals.map(({ id, name, primary, people, conversions, value }) => {
              const sums = (key: "value" | "refunded" | "net") =>
                // A goal of events without a value has sums of nothing.
                value.every((sum) => Number(sum.value) === 0)
                  ? "–"
                  : value.map((sum) => (
                      <span className="amount" key={sum.currency}>
                        {format.money({ currency: sum.currency, value: sum[key] })}
                      </span>
                    ));
              return (
                <tr key={id} data-testid={`conversions-${id}`}>
                  <td>
                    <b>{name || id}</b> {primary && <span className="chip">{t("review.primary")}</span>}
                  </td>
                  <td className="numeric">{format.number(people)}</td>
                  <td className="numeric">{format.number(conversions)}</td>
                  <td className="numeric">{sums("value")}</td>
                  <td className="numeric">{sums("refunded")}</td>
                  <td className="numeric">{sums("net")}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scroll>
      {shown.length > 0 && (
        <Chart
          label={t("orders.perDay")}
          testId="conversions-per-day"
          height={CHART_HEIGHT}
          table={{
            head: [t("orders.day"), ...shown.map(({ id, name }) => name || id)],
            rows: perDay.map(({ day, conversions }) => ({
              key: day,
              cells: [format.day(day), ...shown.map(({ id }) => format.number(conversions[id] ?? 0))],
            })),
          }}
          option={(inks) =>
            lines(inks, {
              names: perDay.map(({ day }) => format.day(day)),
              series: shown.map(({ id, name }) => ({
                name: name || id,
                values: perDay.map(({ conversions }) => conversions[id] ?? 0),
              })),
              worded: format.number,
            })
          }
        />
      )}
    </section>
  );
}
