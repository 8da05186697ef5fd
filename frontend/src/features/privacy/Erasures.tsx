import { useQuery } from "@tanstack/react-query";
import { Empty, Table, Tag } from "antd";
import { useTranslation } from "react-i18next";
import * as calls from "@/api/privacy";
import { Problem } from "@/app/Problem";
import { useFormat } from "@/format/useFormat";
import { Certificate } from "./Certificate";
import { actorText } from "./words";

const LOOK = { queued: "default", running: "processing", done: "success", failed: "error" } as const;

/** Erasures with their certificates, and what retention removed in the last days. */
export function Erasures() {
  const { t } = useTranslation();
  const format = useFormat();
  const done = useQuery({ queryKey: ["erasures"], queryFn: calls.erasures, refetchInterval: 10_000 });
  const runs = useQuery({ queryKey: ["retention-runs"], queryFn: calls.retentionRuns });
  if (done.isLoadingError) return <Problem error={done.error} onRetry={done.refetch} />;
  return (
    <>
      <h2>{t("privacy.erasures")}</h2>
      <Table<calls.Erasure>
        className="sheet"
        rowKey="id"
        loading={done.isPending}
        dataSource={done.data?.results ?? []}
        pagination={false}
        scroll={{ x: 800 }}
        locale={{ emptyText: done.data ? <Empty description={t("privacy.noErasures")} /> : " " }}
        expandable={{ expandedRowRender: (erasure) => <Certificate erasure={erasure} /> }}
        columns={[
          { title: t("privacy.person"), key: "person", render: (_, one) => <code>{one.profile_id}</code> },
          { title: t("privacy.at"), key: "at", render: (_, one) => format.time(one.asked_at) },
          { title: t("privacy.actor"), key: "by", render: (_, one) => actorText(t, one.asked_by) },
          { title: t("privacy.reason"), dataIndex: "reason" },
          {
            title: t("privacy.status"),
            key: "state",
            render: (_, one) => <Tag color={LOOK[one.state]}>{t(`privacy.states.${one.state}`)}</Tag>,
          },
        ]}
      />
      <h2>{t("privacy.retentionRuns")}</h2>
      {runs.error && <Problem error={runs.error} onRetry={runs.refetch} />}
      <Table<calls.RetentionRun>
        className="sheet"
        rowKey="id"
        loading={runs.isPending}
        dataSource={runs.data?.results ?? []}
        pagination={false}
        scroll={{ x: 600 }}
        locale={{ emptyText: runs.data ? <Empty description={t("privacy.noRuns")} /> : " " }}
        columns={[
          { title: t("privacy.day"), dataIndex: "day" },
          {
            title: t("privacy.removed"),
            key: "removed",
            render: (_, run) =>
              Object.entries(run.removed)
                .filter(([, rows]) => Number(rows) > 0)
                .map(([name, rows]) => `${t(`privacy.categories.${name}`, name)} ${format.number(Number(rows))}`)
                .join(" · ") || "0",
          },
          { title: t("privacy.finished"), key: "finished", render: (_, run) => format.time(run.finished_at) },
        ]}
      />
    </>
  );
}
