import { DeleteOutlined, ReloadOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Empty, Progress, Table, Tag, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { type Computed, computedQuery, endComputed, recompute } from "@/api/computed";
import { Problem, useComplain } from "@/app/Problem";
import { mayWrite, useSession } from "@/app/session";
import { durationText } from "@/canvas/core/sentences";
import { useSay } from "@/canvas/useNames";
import { useFormat } from "@/format/useFormat";

const COLOURS = {
  ending: "default",
  failed: "error",
  computing: "processing",
  refused: "warning",
  waiting: "default",
  current: "success",
} as const;

/** Computed attributes and models, each with its definition, how fresh it is and for how many people there is a value. */
export function ComputedTable() {
  const { t } = useTranslation();
  const format = useFormat();
  const { modal } = App.useApp();
  const queries = useQueryClient();
  const complain = useComplain();
  const writes = mayWrite(useSession());
  const { data, error, isLoadingError, isPending, refetch } = useQuery({ ...computedQuery, refetchOnMount: "always" });
  const done = { onSuccess: () => queries.invalidateQueries({ queryKey: computedQuery.queryKey }), onError: complain };
  const again = useMutation({ mutationFn: recompute, ...done });
  const end = useMutation({ mutationFn: endComputed, ...done });
  if (isLoadingError) return <Problem error={error} onRetry={refetch} />;
  const columns = [
    {
      title: t("computed.name"),
      key: "name",
      width: 240,
      render: (_: unknown, row: Computed) => (
        <div data-testid={`computed-${row.key}`}>
          {row.name}
          <div className="soft">
            {row.attributes.map((attribute) => (
              <div key={attribute}>
                <code>{attribute}</code>
              </div>
            ))}
          </div>
        </div>
      ),
    },
    {
      title: t("computed.definition"),
      key: "definition",
      render: (_: unknown, row: Computed) => <DefinitionText row={row} />,
    },
    {
      title: t("computed.freshness"),
      key: "freshness",
      width: 230,
      render: (_: unknown, row: Computed) => (
        <>
          <Tag color={COLOURS[row.state]} data-testid={`state-${row.key}`}>
            {t(`computed.state.${row.state}`)}
          </Tag>
          <div className="soft">
            {row.under_way
              ? t("computed.underWay", { done: format.number(row.under_way.done) })
              : t("computed.computedAt", { at: format.time(row.computed_at) })}
          </div>
          {row.backlog > 0 && <div className="soft">{t("computed.backlog", { count: row.backlog })}</div>}
          {row.fit && <div className="soft">{t("computed.fit", { ...row.fit, at: format.time(row.fit.at) })}</div>}
          {row.refusal && <div className="soft">{t(`computed.refusal.${row.refusal}`)}</div>}
          {row.failure && (
            <Tooltip title={row.failure.detail}>
              <div className="soft">{t("computed.failedAt", { at: format.time(row.failure.at) })}</div>
            </Tooltip>
          )}
        </>
      ),
    },
    {
      title: t("computed.coverage"),
      key: "coverage",
      width: 190,
      render: (_: unknown, { coverage }: Computed) =>
        coverage ? (
          <Tooltip title={t("computed.countedAt", { at: format.time(coverage.at) })}>
            <Progress
              percent={Math.round(coverage.share * 1000) / 10}
              size="small"
              aria-label={t("computed.coverage")}
            />
            <span className="soft">
              {format.number(coverage.with_value)} / {format.number(coverage.people)}
            </span>
          </Tooltip>
        ) : (
          "–"
        ),
    },
    {
      title: "",
      key: "acts",
      width: 90,
      render: (_: unknown, row: Computed) =>
        writes &&
        row.state !== "ending" && (
          <>
            <Button
              type="text"
              icon={<ReloadOutlined />}
              aria-label={t("computed.recompute")}
              data-testid={`recompute-${row.key}`}
              onClick={() => again.mutate(row)}
            />
            <Button
              type="text"
              danger
              icon={<DeleteOutlined />}
              aria-label={t("computed.end")}
              data-testid={`end-${row.key}`}
              onClick={() =>
                modal.confirm({
                  title: t("computed.endTitle", { name: row.name }),
                  content: t("computed.endText"),
                  okText: t("computed.end"),
                  okButtonProps: { danger: true, "data-testid": "confirm-end" },
                  onOk: () => end.mutateAsync(row).catch(() => undefined),
                })
              }
            />
          </>
        ),
    },
  ];
  return (
    <Table<Computed>
      className="sheet"
      rowKey="id"
      loading={isPending}
      dataSource={data ?? []}
      columns={columns}
      pagination={false}
      scroll={{ x: 900 }}
      locale={{ emptyText: data ? <Empty description={t("computed.none")} /> : " " }}
      data-testid="computed-table"
    />
  );
}

function DefinitionText({ row }: { row: Computed }) {
  const { t } = useTranslation();
  const say = useSay();
  const { kind, event, property, value, within, stages } = row.definition as Record<string, string | undefined> & {
    stages?: { name: string }[];
  };
  const what = row.kind === "attribute" ? kind : row.kind;
  return (
    <>
      {t(`computed.kind.${what}`)}
      <div className="soft">
        {[
          event,
          property ?? value,
          within && t("computed.lastTime", { duration: durationText(say, within) }),
          stages?.map((stage) => stage.name).join(" → "),
        ]
          .filter(Boolean)
          .join(" · ")}
      </div>
    </>
  );
}
