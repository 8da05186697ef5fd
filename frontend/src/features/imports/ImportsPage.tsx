import { InboxOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Empty, Radio, Table, Tag, Upload } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { type Import, type ImportKind, importsQuery, uploadFile } from "@/api/imports";
import { Problem, useComplain } from "@/app/Problem";
import { mayWrite, useSession } from "@/app/session";
import { useFormat } from "@/format/useFormat";
import "./imports.css";

export const LOOK: Record<Import["state"], string> = {
  preparing: "processing",
  ready: "default",
  checking: "processing",
  checked: "default",
  running: "processing",
  done: "success",
  failed: "error",
  cancelled: "warning",
};

/** The files that were imported, and where the next one is put. */
export default function ImportsPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const writes = mayWrite(useSession());
  const { data, error, isPending, refetch } = useQuery({ ...importsQuery, refetchOnMount: "always" });
  const columns = [
    {
      title: t("imports.file"),
      key: "file",
      render: (_: unknown, job: Import) => (
        <Link to={`/imports/${job.id}`} data-testid={`import-${job.id}`}>
          {job.file_name}
        </Link>
      ),
    },
    { title: t("imports.kind"), key: "kind", render: (_: unknown, job: Import) => t(`imports.kinds.${job.kind}`) },
    {
      title: t("imports.stateTitle"),
      key: "state",
      render: (_: unknown, job: Import) => <Tag color={LOOK[job.state]}>{t(`imports.state.${job.state}`)}</Tag>,
    },
    ...(["created", "updated", "rejected"] as const).map((name) => ({
      title: t(`imports.${name}`),
      key: name,
      align: "right" as const,
      render: (_: unknown, job: Import) => format.number(job.progress[name]),
    })),
    {
      title: t("imports.uploaded"),
      key: "uploaded",
      render: (_: unknown, job: Import) => <span className="soft">{format.time(job.created_at)}</span>,
    },
  ];
  return (
    <main className="page" data-testid="imports-page">
      <header className="page-head">
        <h1>{t("app.imports")}</h1>
      </header>
      {writes && <NewImport />}
      {error ? (
        <Problem error={error} onRetry={refetch} />
      ) : (
        <Table<Import>
          className="sheet"
          rowKey="id"
          loading={isPending}
          dataSource={data?.results ?? []}
          columns={columns}
          pagination={false}
          scroll={{ x: 800 }}
          locale={{ emptyText: data ? <Empty description={t("imports.none")} /> : " " }}
        />
      )}
    </main>
  );
}

function NewImport() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const complain = useComplain();
  const [kind, setKind] = useState<ImportKind>("people");
  const upload = useMutation({
    mutationFn: (file: File) => uploadFile(kind, file),
    onSuccess: (job) => {
      queries.setQueryData(["imports", job.id], job);
      navigate(`/imports/${job.id}`);
    },
    onError: complain,
  });
  return (
    <section className="imports-new">
      <Radio.Group
        value={kind}
        onChange={(event) => setKind(event.target.value)}
        optionType="button"
        options={(["people", "events"] as const).map((value) => ({ value, label: t(`imports.kinds.${value}`) }))}
        aria-label={t("imports.kind")}
      />
      <Upload.Dragger
        accept=".csv,.txt,.xlsx"
        maxCount={1}
        showUploadList={false}
        disabled={upload.isPending}
        beforeUpload={(file) => {
          upload.mutate(file);
          // The form is sent by our own client, with its session and its errors.
          return false;
        }}
        data-testid="import-upload"
      >
        <InboxOutlined className="imports-icon" />
        <p>{upload.isPending ? t("imports.uploading") : t("imports.drop")}</p>
        <p className="soft">{t("imports.accepts")}</p>
      </Upload.Dragger>
    </section>
  );
}
