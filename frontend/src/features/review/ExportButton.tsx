import { DownloadOutlined } from "@ant-design/icons";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Button, Dropdown, Progress } from "antd";
import { useTranslation } from "react-i18next";
import type { ReviewFilters } from "@/api/review";
import { exportReview, type FileFormat, type ReviewTable, reviewExportQuery, reviewFile } from "@/api/reviewFiles";
import { Problem, useComplain } from "@/app/Problem";
import { useFormat } from "@/format/useFormat";

interface Props {
  journeyId: string;
  filters: ReviewFilters;
  /** Those of the tab that is looked at. */
  tables: readonly ReviewTable[];
}

const FORMATS: readonly FileFormat[] = ["xlsx", "csv"];

/** Has a table, or every run, written to a file, says how far it is, and hands it out. */
export function ExportButton({ journeyId, filters, tables }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const complain = useComplain();
  const ask = useMutation({
    mutationFn: (what: { table: ReviewTable; format: FileFormat }) =>
      exportReview(journeyId, what.table, what.format, filters),
    onError: complain,
  });
  const asked = ask.data?.id ?? "";
  const { data: job, error } = useQuery(reviewExportQuery(asked));
  const busy = ask.isPending || (asked !== "" && (!job || job.state === "running"));
  const items = tables.flatMap((each) =>
    FORMATS.map((kind) => ({
      key: `${each}-${kind}`,
      label: (
        <span data-testid={`export-${each}-${kind}`}>
          {t("reports.exportAs", { table: t(`reports.table.${each}`), format: kind.toUpperCase() })}
        </span>
      ),
      onClick: () => ask.mutate({ table: each, format: kind }),
    })),
  );
  return (
    <span className="review-export">
      <Dropdown menu={{ items }} trigger={["click"]} disabled={busy}>
        <Button icon={<DownloadOutlined />} loading={busy} data-testid="review-export">
          {t("reports.export")}
        </Button>
      </Dropdown>
      {error && <Problem error={error} />}
      {job?.state === "running" && (
        <Progress
          size="small"
          percent={job.total ? Math.min(100, Math.floor((100 * job.done) / job.total)) : 0}
          aria-label={t("exports.progress")}
          data-testid="review-export-progress"
        />
      )}
      {job?.state === "failed" && (
        <span role="alert" className="bad">
          {job.error || t("segment.exportFailed")}
        </span>
      )}
      {job?.state === "done" && (
        <Button type="link" href={reviewFile(job.id)} download data-testid="review-export-file">
          {t("reports.ready", { count: job.done, shown: format.number(job.done) })}
        </Button>
      )}
    </span>
  );
}
