import { Empty, Table } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Dashboard } from "@/api/dashboard";
import { useFormat } from "@/format/useFormat";
import { StateTag } from "../journeys/StateTag";

type Row = Dashboard["journeys"][number];

/** The journeys that run, the fullest first. */
export function LiveJourneys({ journeys }: { journeys: Row[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const columns = [
    {
      title: t("dashboard.journey"),
      key: "name",
      render: (_: unknown, row: Row) => (
        <Link to={`/journeys/${row.id}`} data-testid={`live-${row.id}`}>
          {row.name}
        </Link>
      ),
    },
    {
      title: t("journeys.stateTitle"),
      key: "state",
      width: 100,
      render: (_: unknown, row: Row) => <StateTag state={row.state} />,
    },
    {
      title: t("dashboard.inside"),
      key: "inside",
      width: 110,
      align: "right" as const,
      render: (_: unknown, row: Row) => format.number(row.inside),
    },
    {
      title: t("dashboard.sentToday"),
      key: "sent",
      width: 110,
      align: "right" as const,
      render: (_: unknown, row: Row) => format.number(row.sent_today),
    },
  ];
  return (
    <section className="sheet look" aria-label={t("dashboard.live")} data-testid="dashboard-live">
      <h2>{t("dashboard.live")}</h2>
      <Table<Row>
        size="small"
        rowKey="id"
        columns={columns}
        dataSource={journeys}
        pagination={false}
        scroll={{ x: 480 }}
        locale={{
          emptyText: (
            <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("dashboard.nothingLive")}>
              <Link to="/journeys">{t("dashboard.toJourneys")}</Link>
            </Empty>
          ),
        }}
      />
    </section>
  );
}
