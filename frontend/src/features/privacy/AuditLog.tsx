import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, DatePicker, Empty, Input, Select, Table, Typography } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "@/api/privacy";
import { cursorOf } from "@/api/queries";
import { Problem } from "@/app/Problem";
import { useFormat } from "@/format/useFormat";
import { useFilters } from "@/lists/useFilters";
import { PersonLink } from "../identity/MergeHistory";
import { actorText, factText } from "./words";

/** In the order of the filter; all that the API knows, or this does not compile. */
const ACTIONS = Object.keys({
  viewed: true,
  unmasked: true,
  exported: true,
  erase_asked: true,
  erased: true,
  link_made: true,
  links_revoked: true,
  consent_written: true,
  text_published: true,
  suppressed: true,
  suppression_lifted: true,
  export_asked: true,
  export_downloaded: true,
  import_errors_downloaded: true,
  identity_rules_changed: true,
  rules_changed: true,
  retention: true,
  review_rules_changed: true,
  review_definition_changed: true,
  review_costs_changed: true,
  review_report_changed: true,
  workspace_changed: true,
  member_added: true,
  member_changed: true,
  password_changed: true,
  key_made: true,
  key_revoked: true,
} satisfies Record<calls.AuditEntry["action"], true>);

/** Who saw, took, changed or erased whose data, when and why. */
export function AuditLog() {
  const { t } = useTranslation();
  const format = useFormat();
  const [filters, put] = useFilters(calls.AUDIT_FILTERS);
  const log = useInfiniteQuery({
    queryKey: ["audit", filters],
    queryFn: ({ pageParam }) => calls.auditPage(filters, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => cursorOf(page.next),
  });
  return (
    <>
      <Filters filters={filters} put={put} />
      {log.error && <Problem error={log.error} onRetry={log.refetch} />}
      <Table<calls.AuditEntry>
        className="sheet"
        rowKey="id"
        loading={log.isPending}
        data-testid="audit-table"
        dataSource={log.data?.pages.flatMap((page) => page.results) ?? []}
        pagination={false}
        scroll={{ x: 1100 }}
        locale={{ emptyText: log.data ? <Empty description={t("privacy.noAudit")} /> : " " }}
        columns={[
          { title: t("privacy.at"), key: "at", width: 180, render: (_, one) => format.second(one.at) },
          { title: t("privacy.actor"), key: "actor", width: 150, render: (_, one) => actorText(t, one.actor) },
          {
            title: t("privacy.action"),
            key: "action",
            width: 160,
            render: (_, one) => t(`privacy.actions.${one.action}`),
          },
          {
            title: t("privacy.person"),
            key: "person",
            width: 130,
            render: (_, one) => one.profile_id && <PersonLink id={one.profile_id} />,
          },
          { title: t("privacy.reason"), dataIndex: "reason", width: 200 },
          { title: t("privacy.details"), key: "data", render: (_, one) => <Details data={one.data} /> },
        ]}
      />
      {log.hasNextPage && (
        <Button loading={log.isFetchingNextPage} onClick={() => log.fetchNextPage()}>
          {t("privacy.more")}
        </Button>
      )}
    </>
  );
}

interface FiltersProps {
  filters: calls.AuditFilters;
  put: (name: keyof calls.AuditFilters, value: string | undefined) => void;
}

/** Kept in the address: what was found can be sent to somebody as a link. */
function Filters({ filters, put }: FiltersProps) {
  const { t } = useTranslation();
  const named = (name: "actor" | "profile", label: string) => (
    <Input.Search
      key={`${name} ${filters[name] ?? ""}`}
      allowClear
      style={{ width: 220 }}
      defaultValue={filters[name]}
      placeholder={label}
      aria-label={label}
      data-testid={`audit-${name}`}
      onSearch={(text) => put(name, text.trim() || undefined)}
    />
  );
  const range: [Dayjs | null, Dayjs | null] = [
    filters.since ? dayjs(filters.since) : null,
    filters.until ? dayjs(filters.until) : null,
  ];
  return (
    <div className="privacy-tools">
      <Select
        allowClear
        style={{ width: 240 }}
        placeholder={t("privacy.anyAction")}
        aria-label={t("privacy.action")}
        value={filters.action}
        onChange={(action?: string) => put("action", action)}
        options={ACTIONS.map((value) => ({ value, label: t(`privacy.actions.${value}`) }))}
        data-testid="audit-action"
      />
      {named("actor", t("privacy.anyActor"))}
      {named("profile", t("privacy.anyPerson"))}
      <DatePicker.RangePicker
        showTime={{ format: "HH:mm" }}
        allowEmpty={[true, true]}
        value={range}
        aria-label={t("privacy.time")}
        onChange={(chosen) => {
          put("since", chosen?.[0]?.toISOString());
          put("until", chosen?.[1]?.toISOString());
        }}
      />
    </div>
  );
}

/** What else was written down, a name and a value each; a list is opened by a click. */
function Details({ data }: { data: calls.AuditEntry["data"] }) {
  const { t } = useTranslation();
  const facts = Object.entries((data ?? {}) as Record<string, unknown>);
  return (
    <Typography.Paragraph className="soft privacy-details" ellipsis={{ rows: 2, expandable: true }}>
      {facts.map(([name, value], place) => (
        <Fragment key={name}>
          {place > 0 && " · "}
          {t("privacy.factName", { name: t(`privacy.facts.${name}`, { defaultValue: name }) })}
          {name === "columns" ? <Columns names={value} /> : factText(t, name, value)}
        </Fragment>
      ))}
    </Typography.Paragraph>
  );
}

/** Columns go by the names that they have in the file. */
function Columns({ names }: { names: unknown }) {
  return (Array.isArray(names) ? names : [names]).map((name: unknown, place) => (
    <Fragment key={String(name)}>
      {place > 0 && ", "}
      <code>{String(name)}</code>
    </Fragment>
  ));
}
