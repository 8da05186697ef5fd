import { BarChartOutlined } from "@ant-design/icons";
import { type TableColumnsType, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { JourneyRow } from "@/api/types";
import { useFormat } from "@/format/useFormat";
import { RowMenu } from "./RowMenu";
import { Sparkline } from "./Sparkline";
import { StateTag } from "./StateTag";

export function useColumns(writes: boolean): TableColumnsType<JourneyRow> {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    {
      title: t("journeys.name"),
      key: "name",
      render: (_, row) => (
        <div className="journey-name">
          <Link to={`/journeys/${row.id}`} data-testid={`journey-${row.id}`}>
            {row.name}
          </Link>
          {row.live_version && (
            <Tooltip title={t("journeys.publishedAt", { at: format.time(row.live_version.published_at) })}>
              <span className="soft"> v{row.live_version.number}</span>
            </Tooltip>
          )}
          {row.description && <div className="soft journey-about">{row.description}</div>}
        </div>
      ),
    },
    {
      title: t("journeys.stateTitle"),
      key: "state",
      width: 92,
      render: (_, row) => <StateTag state={row.state} />,
    },
    {
      title: t("listing.inside"),
      key: "inside",
      align: "right",
      width: 84,
      render: (_, { id, figures }) => <span data-testid={`inside-${id}`}>{format.number(figures.inside)}</span>,
    },
    {
      title: t("listing.entered"),
      key: "entered",
      align: "right",
      width: 132,
      render: (_, { id, figures: { entered } }) => (
        <div className="journey-entered" data-testid={`entered-${id}`}>
          <Sparkline
            values={entered.days.map((day) => day.entered)}
            label={entered.days.map((day) => `${day.day}: ${format.number(day.entered)}`).join(", ")}
          />
          <b>{format.number(entered.total)}</b>
        </div>
      ),
    },
    {
      title: t("listing.conversion"),
      key: "conversion",
      align: "right",
      width: 120,
      render: (_, { id, figures: { conversion } }) =>
        conversion ? (
          <div data-testid={`conversion-${id}`}>
            {conversion.rate === null ? "–" : format.percent(conversion.rate)}
            <div className="soft">
              {conversion.goal.name} · {t("listing.people", { count: conversion.people })}
            </div>
          </div>
        ) : (
          <span className="soft">{t("listing.noGoal")}</span>
        ),
    },
    {
      title: t("journeys.updated"),
      key: "changed",
      // Where the screen leaves no room for all, what can be done with a journey stays in sight.
      responsive: ["xxl"],
      width: 160,
      render: (_, { figures: { last_change: last }, updated_at }) => (
        <div className="soft">
          {format.time(last?.at ?? updated_at)}
          {last && (
            <div>
              {t(`changes.kind.${last.kind}`, { defaultValue: last.kind })} · {last.by ?? t("listing.program")}
            </div>
          )}
        </div>
      ),
    },
    {
      title: t("listing.next"),
      key: "next",
      responsive: ["xxl"],
      width: 130,
      render: (_, { figures: { next } }) =>
        next ? (
          <div className="soft">
            {t(`listing.coming.${next.kind}`)}
            <div>{format.time(next.at)}</div>
          </div>
        ) : (
          <span className="soft">–</span>
        ),
    },
    {
      title: <span className="unseen">{t("journeys.actions")}</span>,
      key: "actions",
      width: 130,
      align: "right",
      render: (_, row) => (
        <span className="journey-actions">
          <Link to={`/journeys/${row.id}/review`} data-testid={`review-${row.id}`}>
            <BarChartOutlined /> {t("journeys.review")}
          </Link>
          {writes && <RowMenu row={row} />}
        </span>
      ),
    },
  ];
}
