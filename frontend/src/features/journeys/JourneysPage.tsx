import { BarChartOutlined, PlusOutlined, SearchOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Empty, Input, Select, Table, Tooltip } from "antd";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { journeysQuery } from "@/api/queries";
import type { JourneyRow, JourneyState } from "@/api/types";
import { Problem } from "@/app/Problem";
import { mayWrite, useSession } from "@/app/session";
import { useFormat } from "@/format/useFormat";
import { NewJourney } from "./NewJourney";
import { StateTag } from "./StateTag";

const STATES: JourneyState[] = ["draft", "live", "paused", "stopped", "archived"];

export default function JourneysPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const writes = mayWrite(useSession());
  const [state, setState] = useState<JourneyState>();
  const [search, setSearch] = useState("");
  const [creating, setCreating] = useState(false);
  const { data, error, isPending, refetch } = useQuery(journeysQuery(state, useDeferredValue(search.trim())));

  const columns = [
    {
      title: t("journeys.name"),
      key: "name",
      render: (_: unknown, row: JourneyRow) => (
        <div className="journey-name">
          <Link to={`/journeys/${row.id}`} data-testid={`journey-${row.id}`}>
            {row.name}
          </Link>
          {row.description && <div className="soft">{row.description}</div>}
        </div>
      ),
    },
    {
      title: t("journeys.stateTitle"),
      key: "state",
      width: 130,
      render: (_: unknown, row: JourneyRow) => <StateTag state={row.state} />,
    },
    {
      title: t("journeys.version"),
      key: "version",
      width: 110,
      render: (_: unknown, row: JourneyRow) =>
        row.live_version ? (
          <Tooltip title={t("journeys.publishedAt", { at: format.time(row.live_version.published_at) })}>
            <span>v{row.live_version.number}</span>
          </Tooltip>
        ) : (
          <span className="soft">{t("journeys.unpublished")}</span>
        ),
    },
    {
      title: t("journeys.enrolled"),
      key: "enrolled",
      align: "right" as const,
      width: 120,
      render: (_: unknown, row: JourneyRow) => format.number(row.enrolled),
    },
    {
      title: t("journeys.converted"),
      key: "converted",
      align: "right" as const,
      width: 170,
      render: (_: unknown, row: JourneyRow) => (
        <>
          {format.number(row.converted)}
          {row.enrolled > 0 && <span className="soft"> · {format.percent(row.converted / row.enrolled)}</span>}
        </>
      ),
    },
    {
      title: t("journeys.updated"),
      key: "updated",
      width: 190,
      render: (_: unknown, row: JourneyRow) => <span className="soft">{format.time(row.updated_at)}</span>,
    },
    {
      title: <span className="unseen">{t("journeys.actions")}</span>,
      key: "actions",
      width: 110,
      align: "right" as const,
      render: (_: unknown, row: JourneyRow) => (
        <Link to={`/journeys/${row.id}/review`} data-testid={`review-${row.id}`}>
          <BarChartOutlined /> {t("journeys.review")}
        </Link>
      ),
    },
  ];

  const filtered = Boolean(state || search);
  const create = writes && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setCreating(true)} data-testid="new-journey">
      {t("journeys.new")}
    </Button>
  );
  return (
    <main className="page">
      <header className="page-head">
        <h1>{t("app.journeys")}</h1>
        <Input
          className="page-search"
          allowClear
          prefix={<SearchOutlined />}
          placeholder={t("journeys.search")}
          aria-label={t("journeys.search")}
          data-testid="journeys-search"
          onChange={(event) => setSearch(event.target.value)}
        />
        <Select
          className="page-filter"
          allowClear
          placeholder={t("journeys.anyState")}
          aria-label={t("journeys.stateTitle")}
          data-testid="journeys-state"
          value={state}
          onChange={setState}
          options={STATES.map((value) => ({ value, label: t(`journeys.state.${value}`) }))}
        />
        {create}
      </header>
      {error ? (
        <Problem error={error} onRetry={refetch} />
      ) : (
        <Table<JourneyRow>
          className="sheet"
          rowKey="id"
          loading={isPending}
          dataSource={data?.results}
          columns={columns}
          pagination={data && data.results.length > 20 ? { pageSize: 20, showSizeChanger: false } : false}
          scroll={{ x: 900 }}
          locale={{
            // Nothing is said to be missing before it is known.
            emptyText: !data ? (
              " "
            ) : (
              <Empty description={t(filtered ? "journeys.noneFound" : "journeys.none")}>{!filtered && create}</Empty>
            ),
          }}
          data-testid="journeys-table"
        />
      )}
      <NewJourney open={creating} onClose={() => setCreating(false)} />
    </main>
  );
}
