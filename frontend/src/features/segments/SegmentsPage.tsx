import { BlockOutlined, PlusOutlined, SearchOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Empty, Input, Table, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { type Segment, segmentsQuery } from "@/api/segments";
import { Problem } from "@/app/Problem";
import { mayWrite, useSession } from "@/app/session";
import { ruleText } from "@/canvas/core/sentences";
import { useSay } from "@/canvas/useNames";
import { useFormat } from "@/format/useFormat";

/** The saved segments, each with its rule in words. */
export default function SegmentsPage() {
  const { t } = useTranslation();
  const say = useSay();
  const format = useFormat();
  const navigate = useNavigate();
  const writes = mayWrite(useSession());
  const [search, setSearch] = useState("");
  const { data, error, isPending, refetch } = useQuery({ ...segmentsQuery, refetchOnMount: "always" });
  const all = data?.results ?? [];
  const nameOf = (id: string) => all.find((segment) => segment.id === id)?.name ?? id;
  const wanted = search.trim().toLowerCase();
  const rows = all.filter(({ name, description }) => `${name} ${description}`.toLowerCase().includes(wanted));
  const columns = [
    {
      title: t("segment.name"),
      key: "name",
      width: 300,
      render: (_: unknown, segment: Segment) => (
        <div className="journey-name">
          <Link to={`/segments/${segment.id}`} data-testid={`segment-${segment.id}`}>
            {segment.name}
          </Link>
          {segment.description && <div className="soft">{segment.description}</div>}
        </div>
      ),
    },
    {
      title: t("segment.rule"),
      key: "rule",
      render: (_: unknown, segment: Segment) => ruleText(say, segment.rule, nameOf),
    },
    {
      title: t("segment.size"),
      key: "size",
      width: 190,
      render: (_: unknown, { id, freshness }: Segment) => (
        <span data-testid={`segment-size-${id}`}>
          {freshness.known_since && format.number(freshness.size)}{" "}
          {freshness.phase === "computing" && (
            <Tag color="processing">
              {t("segment.computing", { percent: Math.floor((100 * freshness.done) / Math.max(freshness.total, 1)) })}
            </Tag>
          )}
          {freshness.phase === "failed" && (
            <Tag color="error" title={freshness.error} data-testid={`segment-failed-${id}`}>
              {t("segment.failed")}
            </Tag>
          )}
          {freshness.backlog > 0 && <Tag>{t("segment.backlog", { count: freshness.backlog })}</Tag>}
          {freshness.judged_at && (
            <div className="soft">{t("compare.judged", { at: format.time(freshness.judged_at) })}</div>
          )}
          {freshness.next_due && (
            <div className="soft">{t("compare.due", { at: format.time(freshness.next_due) })}</div>
          )}
        </span>
      ),
    },
    {
      title: t("journeys.updated"),
      key: "updated",
      width: 190,
      render: (_: unknown, segment: Segment) => <span className="soft">{format.time(segment.updated_at)}</span>,
    },
  ];
  const create = writes && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => navigate("/segments/new")} data-testid="new-segment">
      {t("segment.new")}
    </Button>
  );
  return (
    <main className="page" data-testid="segments-page">
      <header className="page-head">
        <h1>{t("app.segments")}</h1>
        <Input
          className="page-search"
          allowClear
          prefix={<SearchOutlined />}
          placeholder={t("segment.search")}
          aria-label={t("segment.search")}
          data-testid="segments-search"
          onChange={(event) => setSearch(event.target.value)}
        />
        <Button icon={<BlockOutlined />} onClick={() => navigate("/segments/compare")} data-testid="segments-compare">
          {t("compare.open")}
        </Button>
        {create}
      </header>
      {error ? (
        <Problem error={error} onRetry={refetch} />
      ) : (
        <Table<Segment>
          className="sheet"
          rowKey="id"
          loading={isPending}
          dataSource={rows}
          columns={columns}
          pagination={rows.length > 20 && { pageSize: 20, showSizeChanger: false }}
          scroll={{ x: 800 }}
          // Nothing is said to be missing before it is known.
          locale={{ emptyText: data ? <Empty description={t(wanted ? "segment.noneFound" : "segment.none")} /> : " " }}
          data-testid="segments-table"
        />
      )}
    </main>
  );
}
