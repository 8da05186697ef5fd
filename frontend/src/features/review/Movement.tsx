import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type MovementAnswer, movementQuery, type SalesFactors } from "@/api/reviewWorth";
import { HeatGrid } from "@/charts/HeatGrid";
import { useFormat } from "@/format/useFormat";
import { moveGrid } from "./moveGrid";
import { Part } from "./Part";
import type { TabProps } from "./tabs";

/** From which value class to which people moved, and customers × marketing × value before and after. */
export function Movement({ journeyId, filters }: TabProps) {
  const { t } = useTranslation();
  const movement = useQuery(movementQuery(journeyId, filters));
  return (
    <Part
      query={movement}
      isEmpty={({ rfm, sales }) => sales.length === 0 && !rfm.some(({ moves }) => moves.length > 0)}
      empty={t("worth.noMovement")}
    >
      {(answer) => <Shown answer={answer} />}
    </Part>
  );
}

function Shown({ answer: { rfm, sales, control } }: { answer: MovementAnswer }) {
  const { t } = useTranslation();
  const format = useFormat();
  const nameOf = (value: string) =>
    value === "" ? t("worth.noClass") : t(`worth.rfm.${value}`, { defaultValue: value });
  const compared = (group: string) => group === "touched" || group === control;
  return (
    <>
      {rfm
        .filter(({ group, moves }) => compared(group) && moves.length > 0)
        .map(({ model, name, group, moves }) => {
          const { classes, rows } = moveGrid(moves);
          return (
            <section className="panel" key={`${model} ${group}`}>
              <h2>{t("worth.movementOf", { model: name || model, group: t(`worth.group.${group}`) })}</h2>
              <p className="soft">{t("worth.movementHint")}</p>
              <HeatGrid
                label={t("worth.movementOf", { model: name || model, group: t(`worth.group.${group}`) })}
                corner={t("worth.fromTo")}
                columns={classes.map((key) => ({ key, name: nameOf(key) }))}
                rows={rows.map(({ key, cells }) => ({ key, name: nameOf(key), cells }))}
                worded={format.number}
                testId={`movement-${model}-${group}`}
              />
            </section>
          );
        })}
      {sales.length > 0 && (
        <section className="panel" data-testid="sales">
          <h2>{t("worth.cvm")}</h2>
          <p className="soft">{t("worth.cvmHint")}</p>
          <table className="funnel">
            <thead>
              <tr>
                <th>{t("proof.groupTitle")}</th>
                <th>{t("worth.measure")}</th>
                <th className="numeric">{t("worth.before")}</th>
                <th className="numeric">{t("worth.after")}</th>
                <th className="numeric">{t("sides.relative")}</th>
              </tr>
            </thead>
            <tbody>
              {sales
                .filter(({ group }) => compared(group))
                // Those it is about first, whatever their name is.
                .toSorted((one, other) => Number(other.group === "touched") - Number(one.group === "touched"))
                .flatMap((row) =>
                  FACTORS.map((factor, place) => (
                    <tr key={`${row.group} ${row.currency} ${factor}`}>
                      {place === 0 && (
                        <th scope="rowgroup" className="funnel-group" rowSpan={FACTORS.length}>
                          {t(`worth.group.${row.group}`)} <span className="chip">{row.currency}</span>
                          <div className="soft">
                            {t("worth.customers", { count: row.customers, shown: format.number(row.customers) })}
                          </div>
                        </th>
                      )}
                      <td>{t(`worth.factor.${factor}`)}</td>
                      <Compared factor={factor} currency={row.currency} before={row.before} after={row.after} />
                    </tr>
                  )),
                )}
            </tbody>
          </table>
        </section>
      )}
    </>
  );
}

const FACTORS = ["sales", "marketing", "value", "buyers"] as const;

interface ComparedProps {
  factor: (typeof FACTORS)[number];
  currency: string;
  before: SalesFactors;
  after: SalesFactors;
}

function Compared({ factor, currency, before, after }: ComparedProps) {
  const format = useFormat();
  const shown = ({ [factor]: value }: SalesFactors) => {
    if (value === null) return "–";
    if (factor === "marketing") return format.percent(Number(value));
    return factor === "buyers" ? format.number(Number(value)) : format.money({ currency, value });
  };
  const [was, is] = [Number(before[factor] ?? 0), Number(after[factor] ?? 0)];
  return (
    <>
      <td className="numeric">{shown(before)}</td>
      <td className="numeric">{shown(after)}</td>
      <td className="numeric">{was === 0 ? "–" : format.change(is / was - 1)}</td>
    </>
  );
}
