import { DownloadOutlined } from "@ant-design/icons";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Button, Progress, Space } from "antd";
import { useTranslation } from "react-i18next";
import { exportedFile, exportQuery, exportSegment } from "@/api/exports";
import { Problem } from "@/app/Problem";

/** Has the members written to a file, says how far it is, and hands it out. */
export function SegmentExport({ id }: { id: string }) {
  const { t } = useTranslation();
  const ask = useMutation({ mutationFn: () => exportSegment(id, "xlsx") });
  const asked = ask.data?.id;
  const { data: job, error } = useQuery({ ...exportQuery(asked ?? ""), enabled: asked !== undefined });
  const running = asked !== undefined && (job === undefined || job.state === "running");
  const problem = ask.error ?? error;
  return (
    <Space direction="vertical" className="segment-export">
      <Button
        icon={<DownloadOutlined />}
        loading={ask.isPending || running}
        onClick={() => ask.mutate()}
        data-testid="segment-export"
      >
        {t("segment.export")}
      </Button>
      {problem && <Problem error={problem} />}
      {running && <Progress percent={share(job?.done, job?.total)} data-testid="segment-export-progress" />}
      {job?.state === "failed" && <span role="alert">{t("segment.exportFailed")}</span>}
      {asked && job?.state === "done" && (
        <Button type="link" href={exportedFile(asked)} download data-testid="segment-export-file">
          {t(job.masked ? "segment.exportMasked" : "segment.exportReady", { count: job.done })}
        </Button>
      )}
    </Space>
  );
}

function share(done = 0, total: number | null = null): number {
  return total ? Math.min(100, Math.floor((100 * done) / total)) : 0;
}
