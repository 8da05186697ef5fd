import { DownloadOutlined, PlusOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Empty, Popconfirm, Progress, Table, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { cancelExport, type Export, exportedFile, exportsQuery } from "@/api/exports";
import { segmentsQuery } from "@/api/segments";
import { Problem, useComplain } from "@/app/Problem";
import { mayWrite, useSession } from "@/app/session";
import { useFormat } from "@/format/useFormat";
import { NewExport } from "./NewExport";

const LOOK: Record<string, string> = {
  running: "processing",
  done: "success",
  failed: "error",
  cancelled: "default",
  expired: "default",
};

/** What was exported, how far it is, and where the file can be had. */
export default function ExportsPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const writes = mayWrite(useSession());
  const [making, setMaking] = useState(false);
  const { data, error, isLoadingError, isPending, refetch } = useQuery(exportsQuery);
  const columns = [
    {
      title: t("exports.what"),
      key: "what",
      width: 250,
      render: (_: unknown, job: Export) => <What job={job} />,
    },
    {
      title: t("exports.to"),
      key: "to",
      width: 230,
      render: (_: unknown, { target, url, format: kind, names }: Export) =>
        target === "webhook" ? (
          <>
            <span className="one-line">{url}</span>
            <div className="soft">{names.join(t("words.comma"))}</div>
          </>
        ) : (
          kind.toUpperCase()
        ),
    },
    {
      title: t("exports.progress"),
      key: "progress",
      width: 260,
      render: (_: unknown, job: Export) => <Far job={job} />,
    },
    {
      title: t("exports.asked"),
      key: "asked",
      width: 170,
      render: (_: unknown, { created_at }: Export) => <span className="soft">{format.time(created_at)}</span>,
    },
    {
      title: <span className="unseen">{t("journeys.actions")}</span>,
      key: "actions",
      width: 150,
      render: (_: unknown, job: Export) => <Acts job={job} writes={writes} />,
    },
  ];
  return (
    <main className="page" data-testid="exports-page">
      <header className="page-head">
        <h1>{t("exports.title")}</h1>
        {writes && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)} data-testid="new-export">
            {t("exports.new")}
          </Button>
        )}
      </header>
      {error && <Problem error={error} onRetry={refetch} />}
      {!isLoadingError && (
        <Table<Export>
          className="sheet"
          rowKey="id"
          loading={isPending}
          dataSource={data?.results}
          columns={columns}
          pagination={data && data.results.length > 20 && { pageSize: 20, showSizeChanger: false }}
          scroll={{ x: 1000 }}
          locale={{ emptyText: data ? <Empty description={t("exports.none")} /> : " " }}
          data-testid="exports-table"
        />
      )}
      {making && <NewExport onClose={() => setMaking(false)} />}
    </main>
  );
}

function What({ job }: { job: Export }) {
  const { t } = useTranslation();
  const segments = useQuery(segmentsQuery).data?.results;
  const filters = job.filters as { segment?: string; consent?: { channel: string; purpose: string } };
  const segment = filters.segment && (segments?.find(({ id }) => id === filters.segment)?.name ?? filters.segment);
  return (
    <>
      <b>{t(`exports.kinds.${job.kind}`, { defaultValue: job.kind })}</b>{" "}
      {job.masked && <Tag>{t("exports.masked")}</Tag>}
      <div className="soft">
        {[
          segment && t("words.inSegment", { segment }),
          filters.consent &&
            t("words.consented", {
              channel: t(`channel.${filters.consent.channel}`, { defaultValue: filters.consent.channel }),
              purpose: t(`privacy.purposes.${filters.consent.purpose}`),
            }),
        ]
          .filter(Boolean)
          .join(t("words.and"))}
      </div>
    </>
  );
}

function Far({ job }: { job: Export }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { state, done, total, error, not_before, failures } = job;
  return (
    <div data-testid={`export-state-${job.id}`} data-state={state}>
      <Tag color={LOOK[state]}>{t(`exports.states.${state}`)}</Tag>
      {t("exports.rows", { count: done, shown: format.number(done) })}
      {state === "running" && (
        <Progress
          size="small"
          percent={total ? Math.min(100, Math.floor((100 * done) / total)) : 0}
          aria-label={t("exports.progress")}
        />
      )}
      {error && <div className="bad">{error}</div>}
      {state === "running" && failures > 0 && not_before && (
        <div className="soft">{t("exports.again", { count: failures, at: format.time(not_before) })}</div>
      )}
    </div>
  );
}

function Acts({ job, writes }: { job: Export; writes: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const queries = useQueryClient();
  const complain = useComplain();
  const cancel = useMutation({
    mutationFn: () => cancelExport(job.id),
    onError: complain,
    onSettled: () => queries.invalidateQueries({ queryKey: exportsQuery.queryKey }),
  });
  if (!writes) return null;
  if (job.state === "running") {
    return (
      <Popconfirm title={t("exports.cancelSure")} onConfirm={() => cancel.mutate()}>
        <Button size="small" loading={cancel.isPending} data-testid={`export-cancel-${job.id}`}>
          {t("exports.cancel")}
        </Button>
      </Popconfirm>
    );
  }
  if (job.state !== "done" || job.target !== "file") return null;
  return (
    <>
      <Button
        size="small"
        icon={<DownloadOutlined />}
        href={exportedFile(job.id)}
        download
        data-testid={`export-file-${job.id}`}
      >
        {t("exports.download")}
      </Button>
      <div className="soft">{t("exports.until", { at: format.time(job.expires_at) })}</div>
    </>
  );
}
