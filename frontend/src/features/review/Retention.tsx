import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type RetentionAnswer, retentionQuery } from "@/api/reviewWorth";
import { HeatGrid, type HeatRow } from "@/charts/HeatGrid";
import { useFormat } from "@/format/useFormat";
import { Part } from "./Part";
import type { TabProps } from "./tabs";
import { pointsOf } from "./words";

/** Who came back after 1, 7, 14 and 30 days: those the journey touched beside those it did not, and by day of entry. */
export function Retention({ journeyId, filters }: TabProps) {
  const { t } = useTranslation();
  const retention = useQuery(retentionQuery(journeyId, filters));
  return (
    <Part query={retention} isEmpty={({ days }) => days.length === 0} empty={t("worth.noRetention")}>
      {(answer) => <Shown answer={answer} />}
    </Part>
  );
}

function Shown({ answer: { groups, difference, days, control } }: { answer: RetentionAnswer }) {
  const { t } = useTranslation();
  const format = useFormat();
  const shown = groups.filter(({ group }) => group === "touched" || group === control);
  const after = (shown[0]?.cells ?? []).map((cell) => cell.after);
  const columns = after.map((day) => ({ key: String(day), name: t("worth.dayN", { day }) }));
  const nameOf = (group: string) => t(`worth.group.${group}`);
  const people = (cells: readonly { people: number }[]) =>
    format.number(Math.max(0, ...cells.map((cell) => cell.people)));
  const rows: HeatRow[] = shown.map(({ group, cells }) => ({
    key: group,
    name: nameOf(group),
    lead: people(cells),
    cells: cells.map(({ rate }) => rate),
  }));
  return (
    <>
      <section className="panel">
        <h2>{t("worth.retention")}</h2>
        <p className="soft">{t("worth.retentionHint")}</p>
        <HeatGrid
          label={t("worth.retention")}
          corner={t("proof.groupTitle")}
          lead={t("review.people")}
          columns={columns}
          rows={rows}
          worded={format.percent}
          testId="retention"
        />
        {difference.length > 0 && (
          <p data-testid="retention-difference">
            {t("worth.difference")}{" "}
            {difference
              .flatMap(({ after, difference, interval }) =>
                difference === null || interval === null ? [] : [{ day: after, difference, ...interval }],
              )
              .map(({ day, difference, low, high }) =>
                t("worth.differenceAt", {
                  day,
                  points: t("sides.points", { points: pointsOf(difference, format.number) }),
                  low: pointsOf(low, format.number),
                  high: pointsOf(high, format.number),
                }),
              )
              .join(t("words.list"))}
          </p>
        )}
      </section>
      <section className="panel">
        <h2>{t("worth.cohorts")}</h2>
        <HeatGrid
          label={t("worth.cohorts")}
          corner={t("review.period")}
          lead={t("review.people")}
          columns={columns}
          rows={days
            .filter(({ group }) => group === "touched")
            .map(({ day, people: all, cells }) => ({
              key: day,
              name: format.day(day),
              lead: format.number(all),
              cells: cells.map(({ rate, mature }) => (mature ? rate : null)),
            }))}
          worded={format.percent}
          testId="cohorts"
        />
      </section>
    </>
  );
}
