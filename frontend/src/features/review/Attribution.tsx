import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Segmented, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { ReviewFilters } from "@/api/review";
import {
  type AttributionAnswer,
  attributionAcrossQuery,
  attributionQuery,
  GROUPINGS,
  type Grouping,
  type LookBack,
  WINDOWS,
} from "@/api/reviewCredits";
import { bars, heightOf } from "@/charts/bars";
import { Chart } from "@/charts/Chart";
import { useFormat } from "@/format/useFormat";
import { useFilters } from "@/lists/useFilters";
import { Amounts } from "./Amounts";
import { creditedRows } from "./credited";
import { Part } from "./Part";

interface Props {
  /** All journeys unless it is given. */
  journeyId?: string;
  filters: ReviewFilters;
}

const ASKED = ["by", "window", "model"] as const;

/** Whom conversions are owed to: each model's parts beside each other, and one model's as bars. */
export function Attribution({ journeyId, filters }: Props) {
  const { t } = useTranslation();
  const [asked, put] = useFilters(ASKED);
  const by = GROUPINGS.find((each) => each === asked.by) ?? "channel";
  const window = WINDOWS.find((each) => each === asked.window) ?? "P30D";
  const query = useQuery({
    ...(journeyId === undefined
      ? attributionAcrossQuery(filters, by, window)
      : attributionQuery(journeyId, filters, by, window)),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <div className="filters">
        <Segmented<Grouping>
          value={by}
          aria-label={t("credit.by")}
          options={GROUPINGS.map((value) => ({
            value,
            label: <span data-testid={`credit-by-${value}`}>{t(`credit.grouping.${value}`)}</span>,
          }))}
          onChange={(value) => put("by", value)}
        />
        <Select<LookBack>
          value={window}
          aria-label={t("credit.window")}
          data-testid="credit-window"
          options={WINDOWS.map((value) => ({
            value,
            label: t("credit.within", { count: Number(value.slice(1, -1)) }),
          }))}
          onChange={(value) => put("window", value)}
        />
      </div>
      <Part query={query} isEmpty={({ rows }) => rows.length === 0} empty={t("credit.none")}>
        {(answer) => <Shown answer={answer} by={by} chosen={asked.model} onChoose={(model) => put("model", model)} />}
      </Part>
    </>
  );
}

interface ShownProps {
  answer: AttributionAnswer;
  by: Grouping;
  chosen: string | undefined;
  onChoose: (model: string) => void;
}

function Shown({ answer, by, chosen, onChoose }: ShownProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const model = answer.models.find((each) => each === chosen) ?? answer.models[0] ?? "";
  const rows = creditedRows(answer, model);
  const modelName = (id: string) => t(`credit.model.${id}`, { defaultValue: id });
  const nameOf = ({ key, name }: { key: string; name: string }) =>
    key === ""
      ? t("credit.nobody")
      : by === "channel"
        ? t(`channel.${key}`, { defaultValue: name || key })
        : name || key;
  const parts = (value: number) => format.number(Math.round(value * 100) / 100);
  return (
    <section className="panel" data-testid="attribution">
      <header className="review-head">
        <h2>{t("credit.title")}</h2>
        <Select
          value={model}
          popupMatchSelectWidth={false}
          aria-label={t("credit.modelTitle")}
          data-testid="credit-model"
          options={answer.models.map((value) => ({ value, label: modelName(value) }))}
          onChange={onChoose}
        />
      </header>
      <p className="soft">{t(`credit.about.${model}`, { defaultValue: "" })}</p>
      <Chart
        label={t("credit.title")}
        testId="attribution-chart"
        height={heightOf(rows.length)}
        table={{
          head: [t(`credit.grouping.${by}`), ...answer.models.map(modelName)],
          rows: [
            ...rows.map((row) => ({
              key: row.key,
              cells: [nameOf(row), ...answer.models.map((each) => parts(row.credits[each]?.people ?? 0))],
            })),
            {
              key: "total",
              cells: [t("credit.total"), ...answer.models.map(() => parts(answer.totals.people))],
            },
          ],
        }}
        option={(inks) =>
          bars(inks, {
            lying: true,
            names: rows.map(nameOf),
            series: [{ name: modelName(model), values: rows.map(({ people }) => people), ink: "brand" }],
            worded: parts,
          })
        }
      />
      <table className="funnel">
        <thead>
          <tr>
            <th>{t(`credit.grouping.${by}`)}</th>
            <th className="numeric">{t("credit.conversions")}</th>
            <th className="numeric">{t("credit.share")}</th>
            <th className="numeric">{t("review.worth")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              <td>{nameOf(row)}</td>
              <td className="numeric">{parts(row.people)}</td>
              <td className="numeric">{format.percent(row.share)}</td>
              <td className="numeric">
                <Amounts amounts={row.value} />
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr data-testid="attribution-total">
            <th>{t("credit.total")}</th>
            <td className="numeric">{parts(answer.totals.people)}</td>
            <td className="numeric">{format.percent(answer.totals.people > 0 ? 1 : 0)}</td>
            <td className="numeric">
              <Amounts amounts={answer.totals.value ?? []} />
            </td>
          </tr>
        </tfoot>
      </table>
    </section>
  );
}
