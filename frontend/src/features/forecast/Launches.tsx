import { useQuery } from "@tanstack/react-query";
import { Badge, Empty, Table, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { type Launch, launchesQuery } from "@/api/trial";
import { Problem } from "@/app/Problem";
import { useFormat } from "@/format/useFormat";

const LOOK = {
  planned: "default",
  running: "processing",
  done: "success",
  cancelled: "warning",
  failed: "error",
} as const;

function lookOf(state: string) {
  return state in LOOK ? LOOK[state as keyof typeof LOOK] : "default";
}

/** The launches of a timed trigger: when, whom, and who was not let in. */
export function Launches({ journeyId }: { journeyId: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data, error, isLoadingError, isPending, refetch } = useQuery(launchesQuery(journeyId));
  if (isLoadingError) return <Problem error={error} onRetry={refetch} />;
  const number = (key: "people" | "admitted") => ({
    title: t(`forecast.launch.${key}`),
    key,
    align: "right" as const,
    render: (_: unknown, row: Launch) => format.number(row[key]),
  });
  const columns = [
    { title: t("forecast.launch.due"), key: "due", render: (_: unknown, row: Launch) => format.second(row.due_at) },
    {
      title: t("journeys.stateTitle"),
      key: "state",
      render: (_: unknown, row: Launch) => (
        <Tooltip title={row.error}>
          <Badge
            status={lookOf(row.state)}
            text={t(`forecast.launch.state.${row.state}`, { defaultValue: row.state })}
          />
        </Tooltip>
      ),
    },
    number("people"),
    number("admitted"),
    {
      title: t("forecast.launch.refused"),
      key: "refused",
      render: (_: unknown, row: Launch) =>
        Object.entries(row.refused ?? {}).map(([code, count]) => (
          <span className="chip" key={code}>
            {t(`stream.reason.${code}`, { defaultValue: code })} {format.number(count)}
          </span>
        )),
    },
    {
      title: t("forecast.launch.finished"),
      key: "finished",
      render: (_: unknown, row: Launch) => <span className="soft">{format.second(row.finished_at)}</span>,
    },
  ];
  return (
    <Table<Launch>
      className="sheet"
      rowKey="id"
      loading={isPending}
      dataSource={data?.results}
      columns={columns}
      pagination={(data?.results.length ?? 0) > 20 && { pageSize: 20, showSizeChanger: false }}
      locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("forecast.launch.none")} /> }}
      scroll={{ x: 800 }}
      data-testid="launches"
    />
  );
}
