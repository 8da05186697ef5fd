import { useQuery } from "@tanstack/react-query";
import { Steps, Table, Tag } from "antd";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { type Import, importQuery, isWorking } from "@/api/imports";
import { Waiting } from "@/app/Guard";
import { Problem } from "@/app/Problem";
import { mayWrite, useSession } from "@/app/session";
import { type Format, useFormat } from "@/format/useFormat";
import { LOOK } from "./ImportsPage";
import { MappingStep } from "./MappingStep";
import { ProgressStep } from "./ProgressStep";
import "./imports.css";

const STEP: Record<Import["state"], number> = {
  preparing: 0,
  ready: 1,
  checking: 2,
  checked: 2,
  running: 3,
  done: 3,
  failed: 3,
  cancelled: 3,
};

/** One import, from the file's columns to what has become of its rows. */
export default function ImportPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const { id = "" } = useParams();
  const writes = mayWrite(useSession());
  const { data: job, error, isLoadingError, refetch } = useQuery(importQuery(id));
  if (isLoadingError) return <Problem error={error} onRetry={refetch} />;
  if (!job) return <Waiting />;
  const begun = job.started_at !== null || job.state === "failed";
  return (
    <main className="page imports-page" data-testid="import-page">
      <header className="page-head">
        <h1>{job.file_name}</h1>
        <Tag color={LOOK[job.state]} data-testid="import-state">
          {t(`imports.state.${job.state}`)}
        </Tag>
        <span className="soft">
          {sizeText(t, format, job.size)} · {job.encoding.toUpperCase()}
        </span>
        <Link to="/imports">{t("imports.all")}</Link>
      </header>
      <Steps
        size="small"
        current={STEP[job.state]}
        items={(["upload", "map", "try", "import"] as const).map((step) => ({ title: t(`imports.steps.${step}`) }))}
      />
      {job.state === "preparing" && <p className="soft">{t("imports.preparing")}</p>}
      {begun && <ProgressStep job={job} />}
      {writes && job.columns.length > 0 && !isWorking(job) && <MappingStep key={job.state} job={job} />}
      {job.preview.length > 0 && <Preview job={job} />}
    </main>
  );
}

/** Files of a few rows are far below a megabyte. */
function sizeText(t: TFunction, format: Format, bytes: number): string {
  if (bytes < 1_000_000) return t("imports.kilobytes", { n: format.number(Math.ceil(bytes / 1_000)) });
  return t("imports.megabytes", { n: format.number(Math.round(bytes / 100_000) / 10) });
}

function Preview({ job }: { job: Import }) {
  const { t } = useTranslation();
  const rows = job.preview.map((cells, place) => ({ cells, place }));
  return (
    <section>
      <h2>{t("imports.preview")}</h2>
      <Table
        className="sheet"
        rowKey="place"
        size="small"
        pagination={false}
        dataSource={rows}
        scroll={{ x: "max-content" }}
        columns={job.columns.map(({ name }, place) => ({
          title: name,
          key: place,
          render: (_: unknown, row: (typeof rows)[0]) => row.cells[place],
        }))}
      />
    </section>
  );
}
