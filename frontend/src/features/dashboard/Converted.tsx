import { Empty, Table } from "antd";
import type { CSSProperties } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Dashboard } from "@/api/dashboard";
import { useFormat } from "@/format/useFormat";
import { weekdayOf } from "./days";

type Row = Dashboard["converted"]["journeys"][number];

/** This week's conversions by day and by journey. */
export function Converted({ converted, today }: { converted: Dashboard["converted"]; today: string }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const most = Math.max(1, ...converted.days.map(({ sum }) => sum.conversions));
  const columns = [
    {
      title: t("dashboard.journey"),
      key: "journey",
      render: (_: unknown, { id, name }: Row) => <Link to={`/journeys/${id}/review`}>{name}</Link>,
    },
    {
      title: t("dashboard.conversions"),
      key: "conversions",
      align: "right" as const,
      width: 110,
      render: (_: unknown, { sum }: Row) => format.number(sum.conversions),
    },
    {
      title: t("dashboard.buyers"),
      key: "people",
      align: "right" as const,
      width: 110,
      render: (_: unknown, { sum }: Row) => format.number(sum.people),
    },
    {
      title: t("dashboard.value"),
      key: "value",
      align: "right" as const,
      width: 150,
      render: (_: unknown, { sum }: Row) => format.amounts(sum.value),
    },
  ];
  return (
    <section className="sheet look" aria-label={t("dashboard.converted")} data-testid="dashboard-converted">
      <h2>{t("dashboard.converted")}</h2>
      <div className="week">
        <ol>
          {converted.days.map(({ day, sum }) => (
            <li key={day} className={day === today ? "week-today" : undefined}>
              <span className="week-number">{day > today ? "" : format.number(sum.conversions)}</span>
              <span
                className="week-bar"
                style={{ "--share": sum.conversions / most } as CSSProperties}
                title={t("dashboard.dayValue", { value: format.amounts(sum.value) })}
              />
              <span className="soft">{weekdayOf(day, i18n.language)}</span>
            </li>
          ))}
        </ol>
        <Table<Row>
          size="small"
          rowKey="id"
          columns={columns}
          dataSource={converted.journeys}
          pagination={false}
          locale={{
            emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("dashboard.noConversion")} />,
          }}
        />
      </div>
    </section>
  );
}
