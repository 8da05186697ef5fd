import { useQuery } from "@tanstack/react-query";
import { Table, Tabs } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { REVIEW_FILTERS, type ReviewFilters } from "@/api/review";
import { type OverviewRow, overviewQuery } from "@/api/reviewAcross";
import { bars, heightOf } from "@/charts/bars";
import { Chart } from "@/charts/Chart";
import { useFormat } from "@/format/useFormat";
import { useFilters } from "@/lists/useFilters";
import { StateTag } from "../journeys/StateTag";
import { Amounts } from "./Amounts";
import { Attribution } from "./Attribution";
import { Filters } from "./Filters";
import { Orders } from "./Orders";
import { Part } from "./Part";
import { roiText } from "./words";
import "@/lists/lists.css";
import "./review.css";

const TABS = ["overview", "attribution", "orders"] as const;
const MOST_BARS = 12;

/** All journeys beside each other, and whom conversions are owed to over all of them. */
export default function AcrossPage() {
  const { t } = useTranslation();
  const [chosen, put] = useFilters([...REVIEW_FILTERS, "tab"] as const);
  const { tab: named, since, until } = chosen;
  const filters = { ...(since ? { since } : {}), ...(until ? { until } : {}) };
  const tab = TABS.find((each) => each === named) ?? "overview";
  return (
    <main className="page" data-testid="across-page">
      <header className="page-head">
        <h1>{t("across.title")}</h1>
      </header>
      {/* An order is found by its number, whenever anybody entered. */}
      {tab !== "orders" && <Filters given={filters} put={put} />}
      <Tabs
        activeKey={tab}
        onChange={(key) => put("tab", key === "overview" ? undefined : key)}
        destroyOnHidden
        items={TABS.map((key) => ({
          key,
          label: <span data-testid={`tab-${key}`}>{t(`across.tab.${key}`)}</span>,
          children: key === tab && panelOf(key, filters),
        }))}
      />
    </main>
  );
}

function panelOf(tab: (typeof TABS)[number], filters: ReviewFilters) {
  switch (tab) {
    case "overview":
      return <Journeys filters={filters} />;
    case "attribution":
      return <Attribution filters={filters} />;
    case "orders":
      return <Orders />;
  }
}

function Journeys({ filters }: { filters: ReviewFilters }) {
  const { t } = useTranslation();
  const overview = useQuery(overviewQuery(filters));
  return (
    <Part query={overview} isEmpty={({ journeys }) => journeys.length === 0} empty={t("across.none")}>
      {({ journeys }) => <Rows rows={journeys} />}
    </Part>
  );
}

function Rows({ rows }: { rows: readonly OverviewRow[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const best = rows
    .filter(({ rate }) => rate !== null)
    .toSorted((a, b) => (b.rate ?? 0) - (a.rate ?? 0))
    .slice(0, MOST_BARS);
  const number = (key: "people" | "converted", title: string) => ({
    title,
    key,
    align: "right" as const,
    width: 120,
    sorter: (a: OverviewRow, b: OverviewRow) => a[key] - b[key],
    render: (_: unknown, row: OverviewRow) => format.number(row[key]),
  });
  const amounts = (key: "value" | "cost", title: string) => ({
    title,
    key,
    align: "right" as const,
    width: 160,
    render: (_: unknown, row: OverviewRow) => <Amounts amounts={row[key]} />,
  });
  return (
    <>
      <Table<OverviewRow>
        className="sheet"
        rowKey="journey"
        dataSource={[...rows]}
        pagination={rows.length > 50 && { pageSize: 50, showSizeChanger: false }}
        scroll={{ x: 1000 }}
        data-testid="across"
        columns={[
          {
            title: t("profiles.journey"),
            key: "name",
            render: (_, { journey, name, state }) => (
              <>
                <Link to={`/journeys/${journey}/review`} data-testid={`across-${journey}`}>
                  <b>{name}</b>
                </Link>{" "}
                <StateTag state={state} />
              </>
            ),
          },
          number("people", t("review.people")),
          number("converted", t("review.converted")),
          {
            title: t("review.rateTitle"),
            key: "rate",
            align: "right",
            width: 110,
            sorter: (a, b) => (a.rate ?? 0) - (b.rate ?? 0),
            render: (_, { rate }) => (rate === null ? "–" : format.percent(rate)),
          },
          amounts("value", t("review.worth")),
          amounts("cost", t("worth.cost")),
          {
            title: t("worth.roi"),
            key: "roi",
            align: "right",
            width: 170,
            render: (_, { roi }) =>
              roi.length === 0
                ? "–"
                : roi.map(({ currency, roi: each }) => (
                    <span key={currency} className="amount">
                      {each === null ? "–" : roiText(each, format)} {roi.length > 1 && currency}
                    </span>
                  )),
          },
        ]}
      />
      {best.length > 0 && (
        <section className="panel review-below">
          <h2>{t("across.rates")}</h2>
          <Chart
            label={t("across.rates")}
            testId="across-rates"
            height={heightOf(best.length)}
            table={{
              head: [t("profiles.journey"), t("review.rateTitle")],
              rows: best.map(({ journey, name, rate }) => ({ key: journey, cells: [name, format.percent(rate ?? 0)] })),
            }}
            option={(inks) =>
              bars(inks, {
                lying: true,
                names: best.map(({ name }) => name),
                series: [{ name: t("review.rateTitle"), values: best.map(({ rate }) => rate), ink: "brand" }],
                worded: format.percent,
              })
            }
          />
        </section>
      )}
    </>
  );
}
