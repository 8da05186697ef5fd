import { useQuery } from "@tanstack/react-query";
import { Empty, Segmented, Spin } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Version } from "@/api/life";
import { BREAKDOWNS, type Breakdown as By, funnelQuery } from "@/api/reviewPaths";
import { Problem } from "@/app/Problem";
import { bars, heightOf, lines } from "@/charts/bars";
import { Chart } from "@/charts/Chart";
import type { ChartTable } from "@/charts/csv";
import { useFormat } from "@/format/useFormat";
import { breakdownRows } from "./funnelModel";
import type { TabProps } from "./tabs";
import { useNodeWords } from "./useNodeWords";

interface Props extends TabProps {
  versions: readonly Version[];
}

const CHART_HEIGHT = 260;

/** The same journey by day, version, variant or channel. */
export function Breakdown({ journeyId, filters, graph, versions }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const [by, setBy] = useState<By>("day");
  const { data, error, refetch } = useQuery(funnelQuery(journeyId, filters, by));
  const rows = breakdownRows(data?.rows);
  const words = useNodeWords(graph);
  const nameOf = (key: string) => {
    if (by === "day") return format.day(key);
    if (by === "channel") return t(`channel.${key}`, { defaultValue: key });
    if (by === "version") return `v${versions.find(({ id }) => id === key)?.number ?? key}`;
    const [node = "", variant = ""] = key.split(":");
    return `${words.node(node)} · ${words.outcome(node, variant)}`;
  };
  const names = rows.map(({ key }) => nameOf(key));
  const series = [
    { name: t("review.people"), values: rows.map(({ entered }) => entered), ink: "brand" as const },
    { name: t("review.converted"), values: rows.map(({ converted }) => converted), ink: "good" as const },
  ];
  const table: ChartTable = {
    head: [t(`review.by.${by}`), t("review.people"), t("review.converted"), t("review.rateTitle"), t("review.worth")],
    rows: rows.map((row, place) => ({
      key: row.key,
      cells: [
        names[place] ?? row.key,
        format.number(row.entered),
        format.number(row.converted),
        row.rate === null ? "–" : format.percent(row.rate),
        row.value.map(format.money).join(t("words.comma")) || "–",
      ],
    })),
  };
  return (
    <section className="panel panel-wide" data-testid="breakdown">
      <header className="review-head">
        <h2>{t("review.breakdown")}</h2>
        <Segmented
          value={by}
          aria-label={t("review.breakdown")}
          options={BREAKDOWNS.map((value) => ({
            value,
            label: <span data-testid={`by-${value}`}>{t(`review.by.${value}`)}</span>,
          }))}
          onChange={setBy}
        />
      </header>
      {error && <Problem error={error} onRetry={refetch} />}
      {!data && !error && <Spin className="block" />}
      {data && rows.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("review.nothingYet")} />}
      {rows.length > 0 && (
        <Chart
          // Lines and bars are different charts.
          key={by}
          label={t("review.breakdown")}
          testId="breakdown-chart"
          table={table}
          height={by === "day" ? CHART_HEIGHT : heightOf(rows.length, 2)}
          option={(inks) => (by === "day" ? lines : bars)(inks, { names, series, worded: format.number, lying: true })}
        />
      )}
    </section>
  );
}
