import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Checkbox, Input, Space, Table } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type ColumnMapping, type Import, startImport } from "@/api/imports";
import { useComplain } from "@/app/Problem";
import { useSession } from "@/app/session";
import { ColumnRow } from "./ColumnRow";
import { firstMapping, sent } from "./mappingModel";

/** What each column of the file is, and the buttons that try it and do it. */
export function MappingStep({ job }: { job: Import }) {
  const { t } = useTranslation();
  const { workspace } = useSession();
  const queries = useQueryClient();
  const complain = useComplain();
  const [mapping, setMapping] = useState(() => firstMapping(job));
  const start = useMutation({
    mutationFn: (what: "check" | "run") => startImport(job.id, what, sent(job.kind, mapping, workspace.timezone)),
    onSuccess: (fresh) => queries.setQueryData(["imports", job.id], fresh),
    onError: complain,
  });
  const of = (place: number): ColumnMapping =>
    mapping.columns.find(({ column }) => column === place) ?? { column: place, target: "ignore" };
  const change = (changed: ColumnMapping) =>
    setMapping({
      ...mapping,
      columns: [...mapping.columns.filter(({ column }) => column !== changed.column), changed],
    });
  const rows = job.columns.map((column, place) => ({ ...column, place }));
  const columns = [
    { title: t("imports.column"), key: "name", width: 180, render: (_: unknown, row: (typeof rows)[0]) => row.name },
    {
      title: t("imports.samples"),
      key: "samples",
      width: 260,
      render: (_: unknown, row: (typeof rows)[0]) => (
        <span className="soft imports-samples">{row.samples.filter(Boolean).join(" · ")}</span>
      ),
    },
    {
      title: t("imports.becomes"),
      key: "mapping",
      render: (_: unknown, row: (typeof rows)[0]) => (
        <ColumnRow kind={job.kind} header={row.name} mapping={of(row.place)} onChange={change} />
      ),
    },
  ];
  return (
    <section data-testid="import-mapping">
      <Table
        className="sheet"
        rowKey="place"
        dataSource={rows}
        columns={columns}
        pagination={false}
        scroll={{ x: 900 }}
      />
      <Space className="imports-options" wrap>
        {job.kind === "events" ? (
          <>
            <Input
              value={mapping.event_name}
              placeholder={t("imports.eventName")}
              aria-label={t("imports.eventName")}
              onChange={(event) => setMapping({ ...mapping, event_name: event.target.value })}
            />
            <Checkbox
              checked={mapping.live ?? false}
              onChange={(event) => setMapping({ ...mapping, live: event.target.checked })}
            >
              {t("imports.live")}
            </Checkbox>
          </>
        ) : (
          <Checkbox
            checked={mapping.empty === "remove"}
            onChange={(event) => setMapping({ ...mapping, empty: event.target.checked ? "remove" : "keep" })}
          >
            {t("imports.emptyRemoves")}
          </Checkbox>
        )}
        <Button onClick={() => start.mutate("check")} loading={start.isPending} data-testid="import-check">
          {t("imports.check")}
        </Button>
        <Button type="primary" onClick={() => start.mutate("run")} loading={start.isPending} data-testid="import-run">
          {t("imports.run")}
        </Button>
      </Space>
    </section>
  );
}
