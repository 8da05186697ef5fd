import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { Alert, App, Empty, Modal, Select, Table } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Act, finished } from "@/api/acts";
import { type Mapping, type Migrated, type MigrationRow, migrate, previewMigration, versionsQuery } from "@/api/life";
import type { Journey } from "@/api/types";
import { Problem } from "@/app/Problem";
import { titleOf } from "@/canvas/nodes/titleOf";
import { useFormat } from "@/format/useFormat";
import { language } from "@/i18n";
import { ActProgress } from "./ActProgress";
import { STAYS, withTarget } from "./mapping";

interface Props {
  journey: Journey;
  onDone: () => void;
  onClose: () => void;
}

/** Moves people of older versions to the live one: first where each would go, changeable node by node, then the move itself. */
export function MigrationDialog({ journey, onDone, onClose }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { message } = App.useApp();
  const [versions, setVersions] = useState<string[]>([]);
  const [mapping, setMapping] = useState<Mapping>({});
  const known = useQuery(versionsQuery(journey.id));
  const body = { ...(versions.length > 0 ? { versions } : {}), mapping };
  const preview = useQuery({
    queryKey: ["journeys", journey.id, "migration", body, language()],
    queryFn: () => previewMigration(journey.id, body),
    placeholderData: keepPreviousData,
    staleTime: 0,
    gcTime: 0,
  });
  const [progress, setProgress] = useState<Act | null>(null);
  const run = useMutation({
    mutationFn: async () => finished<Migrated>(journey.id, await migrate(journey.id, body), setProgress),
    onSuccess: ({ migrated, staying }) => {
      message.success(t("life.migrated", { migrated: format.number(migrated), staying: format.number(staying) }));
      onDone();
    },
    onSettled: () => setProgress(null),
  });
  const live = known.data?.results.find((version) => version.id === preview.data?.to.id);
  const older = (known.data?.results ?? []).filter((version) => version.id !== journey.live_version?.id);
  const targets = [
    { value: STAYS, label: t("life.stays") },
    ...(live?.graph.nodes ?? []).map((node) => ({
      value: node.id,
      label: `${titleOf(t, node)} · ${node.id}`,
    })),
  ];
  const columns = [
    {
      title: t("journeys.version"),
      key: "number",
      width: 80,
      render: (_: unknown, row: MigrationRow) => `v${row.number}`,
    },
    {
      title: t("life.nowAt"),
      key: "node",
      render: (_: unknown, row: MigrationRow) => (
        <>
          {row.node_name || row.node} <code className="soft">{row.node}</code>
        </>
      ),
    },
    {
      title: t("life.people"),
      key: "people",
      width: 90,
      align: "right" as const,
      render: (_: unknown, row: MigrationRow) => format.number(row.people),
    },
    {
      title: t("life.goesTo"),
      key: "target",
      width: 260,
      render: (_: unknown, row: MigrationRow) => (
        <Select
          className="wide"
          showSearch={{ optionFilterProp: "label" }}
          status={row.target === null ? "warning" : undefined}
          value={row.target ?? STAYS}
          options={targets}
          aria-label={t("life.goesTo")}
          data-testid={`migration-${row.number}-${row.node}`}
          onChange={(target) => setMapping(withTarget(mapping, row.node, target))}
        />
      ),
    },
    {
      title: t("life.why"),
      key: "why",
      render: (_: unknown, row: MigrationRow) => <span className="soft">{row.text || row.reason}</span>,
    },
  ];
  const error = preview.error ?? known.error ?? run.error;
  return (
    <Modal
      open
      width={960}
      title={t("life.migrationTitle", { number: preview.data?.to.number ?? journey.live_version?.number })}
      okText={t("life.migrate", { people: format.number(preview.data?.movable ?? 0) })}
      okButtonProps={{
        disabled: !preview.data || preview.isFetching || preview.data.movable === 0,
        "data-testid": "migration-submit",
      }}
      confirmLoading={run.isPending}
      onOk={() => run.mutate()}
      onCancel={onClose}
    >
      <div className="dialog-body" data-testid="migration-dialog">
        <p className="field-hint">{t("life.migrationText")}</p>
        {older.length > 1 && (
          <Select
            className="wide"
            mode="multiple"
            value={versions}
            placeholder={t("life.everyOlder")}
            aria-label={t("life.everyOlder")}
            data-testid="migration-versions"
            options={older.map((version) => ({ value: version.id, label: `v${version.number}` }))}
            onChange={setVersions}
          />
        )}
        {error && <Problem error={error} onRetry={() => Promise.all([preview.refetch(), known.refetch()])} />}
        <ActProgress act={progress} />
        {preview.data && (
          <Alert
            type={preview.data.staying > 0 ? "warning" : "info"}
            showIcon
            data-testid="migration-summary"
            title={t("life.migrationSummary", {
              movable: format.number(preview.data.movable),
              staying: format.number(preview.data.staying),
            })}
          />
        )}
        <Table<MigrationRow>
          size="small"
          rowKey={(row) => `${row.version}/${row.node}`}
          loading={preview.isFetching}
          dataSource={preview.data?.rows}
          columns={columns}
          pagination={(preview.data?.rows.length ?? 0) > 12 && { pageSize: 12, showSizeChanger: false }}
          locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("life.nobodyOlder")} /> }}
          data-testid="migration-rows"
        />
      </div>
    </Modal>
  );
}
