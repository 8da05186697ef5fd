import { useQueries, useQuery } from "@tanstack/react-query";
import { Input, Select, Tag } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { journeysQuery } from "@/api/queries";
import { definitionQuery, type ReviewDefinition } from "@/api/review";
import { ORDER_FILTERS, type Order, ordersPage, WHY_NOT } from "@/api/reviewOrders";
import { useFormat } from "@/format/useFormat";
import { type LongColumn, LongTable } from "@/lists/LongTable";
import { useFilters } from "@/lists/useFilters";
import { usePages } from "@/lists/usePages";
import { orderName, remains } from "./orderRows";

interface Props {
  /** All journeys unless it is given. */
  journeyId?: string;
  /** Pixels of the rows; as much as there is unless it is given. */
  height?: number;
}

/** Every conversion with whose it is, what was given back of it, and why it does not count. */
export function Orders({ journeyId, height }: Props) {
  const { t } = useTranslation();
  const [asked, put] = useFilters(ORDER_FILTERS);
  const pages = usePages(["review", journeyId ?? "all", "orders", asked], (cursor) =>
    ordersPage(journeyId, asked, cursor),
  );
  const columns = useColumns(journeyId, pages.rows);
  return (
    <>
      <div className="filters">
        <Select
          allowClear
          popupMatchSelectWidth={false}
          value={asked.counted}
          placeholder={t("orders.any")}
          aria-label={t("orders.counting")}
          data-testid="orders-counted"
          options={(["true", "false"] as const).map((value) => ({ value, label: t(`orders.counts.${value}`) }))}
          onChange={(value?: string) => put("counted", value)}
        />
        <Select
          allowClear
          popupMatchSelectWidth={false}
          value={asked.note}
          placeholder={t("orders.anyWhy")}
          aria-label={t("orders.whyNot")}
          data-testid="orders-note"
          options={WHY_NOT.map((value) => ({ value, label: t(`orders.note.${value}`) }))}
          onChange={(value?: string) => put("note", value)}
        />
        <Input.Search
          key={asked.order ?? ""}
          style={{ width: 240 }}
          allowClear
          defaultValue={asked.order}
          placeholder={t("orders.find")}
          aria-label={t("orders.find")}
          data-testid="orders-search"
          onSearch={(value) => put("order", value.trim() || undefined)}
        />
      </div>
      <LongTable<Order>
        pages={pages}
        columns={columns}
        label={t("orders.title")}
        empty={t("orders.none")}
        testId="orders"
        {...(height === undefined ? {} : { height })}
      />
    </>
  );
}

function useColumns(journeyId: string | undefined, rows: readonly Order[]): LongColumn<Order>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const goalOf = useGoalNames(rows);
  const journeys = useQuery({
    ...journeysQuery(undefined, ""),
    enabled: journeyId === undefined,
    refetchInterval: false,
  }).data?.results;
  return useMemo(() => {
    const named = new Map(journeys?.map(({ id, name }) => [id, name]));
    const journey: LongColumn<Order> = {
      title: t("profiles.journey"),
      key: "journey",
      width: 200,
      render: (_, { journey_id }) => (
        <Link className="one-line" to={`/journeys/${journey_id}/review?tab=conversions`}>
          {named.get(journey_id) ?? t("orders.journey")}
        </Link>
      ),
    };
    return [
      { title: t("orders.at"), key: "at", width: 165, render: (_, { occurred_at }) => format.time(occurred_at) },
      {
        title: t("orders.order"),
        key: "order",
        width: 170,
        render: (_, row) => (
          <>
            <span className="one-line">{orderName(row) ?? t(`orders.${row.order ? "bare" : "node"}`)}</span>
            <span className="soft one-line">{goalOf(row.journey_id, row.goal)}</span>
          </>
        ),
      },
      ...(journeyId === undefined ? [journey] : []),
      {
        title: t("stream.profile"),
        key: "who",
        width: 95,
        render: (_, { id, profile_id, enrollment_id }) => (
          <Link to={`/people/${profile_id}?tab=journeys&run=${enrollment_id}`} data-testid={`order-who-${id}`}>
            {t("orders.who")}
          </Link>
        ),
      },
      {
        title: t("orders.net"),
        key: "net",
        width: 170,
        align: "right",
        render: (_, row) => <Net order={row} />,
      },
      {
        title: t("orders.counting"),
        key: "counted",
        width: 210,
        render: (_, { id, counted, note, odd }) => (
          <span data-testid={`order-counted-${id}`}>
            {counted ? (
              <Tag color="success">{t("orders.counts.true")}</Tag>
            ) : (
              <Tag>{t(`orders.note.${note}`, { defaultValue: t("orders.counts.false") })}</Tag>
            )}
            {odd.length > 0 && " "}
            {odd.map((code) => (
              <Tag color="warning" key={code}>
                {t(`orders.odd.${code}`, { defaultValue: code })}
              </Tag>
            ))}
          </span>
        ),
      },
    ];
  }, [t, format, goalOf, journeys, journeyId]);
}

/** What is left of an order's value, and below it what that is made of where something was given back. */
function Net({ order }: { order: Order }) {
  const { t } = useTranslation();
  const format = useFormat();
  const net = remains(order);
  const worded = (value: string) => format.money({ currency: order.currency, value });
  if (net === null || order.value === null) return <>–</>;
  return (
    <>
      {worded(net)}
      {Number(order.refunded) !== 0 && (
        <span className="soft one-line">
          {t("orders.less", { value: worded(order.value), refunded: worded(order.refunded) })}
        </span>
      )}
    </>
  );
}

/** What goals are called: each journey has its own, and the rows name them by their ids. */
function useGoalNames(rows: readonly Order[]): (journey: string, goal: string) => string {
  const ids = useMemo(() => [...new Set(rows.map(({ journey_id }) => journey_id))], [rows]);
  const goals = useQueries({ queries: ids.map((id) => definitionQuery(id)), combine: goalsOf });
  return useMemo(() => {
    const byJourney = new Map(ids.map((id, place) => [id, goals[place] ?? []]));
    return (journey, goal) => byJourney.get(journey)?.find(({ id }) => id === goal)?.name || goal;
  }, [ids, goals]);
}

const goalsOf = (answers: readonly { data: ReviewDefinition | undefined }[]) =>
  answers.map(({ data }) => data?.goals ?? []);
