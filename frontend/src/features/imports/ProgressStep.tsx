import { DownloadOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Popconfirm, Progress, Space, Statistic, Table } from "antd";
import { useTranslation } from "react-i18next";
import { cancelImport, errorFileOf, type Import, isWorking } from "@/api/imports";
import { useComplain } from "@/app/Problem";
import { mayWrite, useSession } from "@/app/session";
import { useFormat } from "@/format/useFormat";

type Reason = Import["progress"]["reasons"][number];

/** How far it is, what it has done, or would do, and what was not taken. */
export function ProgressStep({ job }: { job: Import }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const writes = mayWrite(useSession());
  const { progress } = job;
  const working = isWorking(job);
  const status = job.state === "failed" ? "exception" : working ? "active" : "normal";
  return (
    <section data-testid="import-progress">
      <Progress percent={Math.floor(progress.share * 100)} status={status} aria-label={t("imports.progress")} />
      {job.state === "checked" && <Alert type="info" showIcon title={t("imports.onlyTried")} />}
      {job.state === "failed" && (
        <Alert
          type="error"
          showIcon
          title={t(`errors.${job.error_code}`, { defaultValue: t("imports.state.failed") })}
          description={job.error}
          data-testid="import-error"
        />
      )}
      <Space size="large" wrap className="imports-numbers">
        {(["done", "created", "updated", "unchanged", "rejected"] as const).map((name) => (
          <Statistic
            key={name}
            title={t(`imports.${name}`)}
            value={format.number(progress[name])}
            data-testid={`import-${name}`}
          />
        ))}
        {progress.rows_per_second !== null && (
          <Statistic title={t("imports.rate")} value={format.number(Math.round(progress.rows_per_second))} />
        )}
        {progress.seconds_left !== null && (
          <Statistic title={t("imports.left")} value={t("imports.seconds", { n: Math.ceil(progress.seconds_left) })} />
        )}
      </Space>
      {progress.rejected > 0 && (
        <Table<Reason>
          rowKey="code"
          size="small"
          pagination={false}
          dataSource={progress.reasons}
          columns={[
            {
              title: t("imports.reason"),
              key: "text",
              render: (_: unknown, reason) => (i18n.language === "en" ? reason.text : reason.text_zh),
            },
            {
              title: t("imports.rows"),
              key: "count",
              align: "right",
              render: (_: unknown, reason) => format.number(reason.count),
            },
          ]}
        />
      )}
      <Space className="imports-options">
        {progress.rejected > 0 && writes && (
          <Button icon={<DownloadOutlined />} href={errorFileOf(job.id)} download data-testid="import-errors">
            {t("imports.errorFile")}
          </Button>
        )}
        {working && writes && <Cancel id={job.id} />}
      </Space>
    </section>
  );
}

function Cancel({ id }: { id: string }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const complain = useComplain();
  const cancel = useMutation({
    mutationFn: () => cancelImport(id),
    onSuccess: (job) => queries.setQueryData(["imports", id], job),
    onError: complain,
  });
  return (
    <Popconfirm title={t("imports.cancelSure")} onConfirm={() => cancel.mutate()}>
      <Button danger loading={cancel.isPending} data-testid="import-cancel">
        {t("imports.cancel")}
      </Button>
    </Popconfirm>
  );
}
