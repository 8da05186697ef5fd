import { PlusOutlined, SearchOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Empty, Input, Select, Space, Table, Tag, Tooltip } from "antd";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { type AccountRow, type Template, type TemplateFilter, templatesPage } from "@/api/channels";
import { accountsQuery } from "@/api/queries";
import { Problem } from "@/app/Problem";
import { mayWrite, useSession } from "@/app/session";
import { useFormat } from "@/format/useFormat";
import { SyncAll } from "./SyncAll";
import { TemplateForm } from "./TemplateForm";
import { TemplatePreview } from "./TemplatePreview";
import { usePages } from "./usePages";
import { channelName } from "./words";

export const APPROVAL = { pending: "processing", approved: "success", rejected: "error" } as const;
const STATES = ["approved", "pending", "rejected"] as const;

/** The texts that may be sent, with what the vendors' reviewers say of them. */
export function Templates() {
  const { t } = useTranslation();
  const format = useFormat();
  const writes = mayWrite(useSession());
  const [filter, setFilter] = useState<TemplateFilter>({});
  const [typed, setTyped] = useState("");
  const [looking, setLooking] = useState<Template>();
  const [editing, setEditing] = useState<Template | "new">();
  const search = useDeferredValue(typed.trim()) || undefined;
  const accounts = useQuery(accountsQuery);
  const all = (accounts.data?.results ?? []) as AccountRow[];
  const pages = usePages(
    ["templates", "pages", filter, search ?? ""],
    (cursor) => templatesPage({ ...filter, search }, cursor),
    "templates",
    accounts,
  );
  if (pages.error) return <Problem error={pages.error} onRetry={pages.refetch} />;
  const nameOf = (id: string) => all.find((one) => one.id === id)?.name ?? "–";
  const channels = [...new Set(all.flatMap((one) => one.channels))];
  return (
    <>
      <div className="channels-tools">
        <Input
          allowClear
          prefix={<SearchOutlined />}
          className="page-search"
          value={typed}
          placeholder={t("channels.templates.search")}
          aria-label={t("channels.templates.search")}
          data-testid="templates-search"
          onChange={(event) => setTyped(event.target.value)}
        />
        <Select
          allowClear
          className="page-filter"
          value={filter.state}
          placeholder={t("channels.templates.state")}
          aria-label={t("channels.templates.state")}
          data-testid="templates-state"
          options={STATES.map((value) => ({ value, label: t(`channels.approval.${value}`) }))}
          onChange={(state) => setFilter({ ...filter, state })}
        />
        <Select
          allowClear
          className="page-filter"
          value={filter.channel}
          placeholder={t("channels.channel")}
          aria-label={t("channels.channel")}
          options={channels.map((value) => ({ value, label: channelName(t, value) }))}
          onChange={(channel) => setFilter({ ...filter, channel })}
        />
        <Select
          allowClear
          className="page-search"
          value={filter.account}
          placeholder={t("channels.account")}
          aria-label={t("channels.account")}
          options={all.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(account) => setFilter({ ...filter, account })}
        />
        {writes && (
          <>
            <SyncAll accounts={all} />
            <Button type="primary" icon={<PlusOutlined />} onClick={() => setEditing("new")} data-testid="new-template">
              {t("channels.templates.new")}
            </Button>
          </>
        )}
      </div>
      <Table<Template>
        className="sheet"
        rowKey="id"
        data-testid="templates-table"
        loading={pages.pending}
        dataSource={pages.rows}
        pagination={false}
        scroll={{ x: 1000 }}
        locale={{ emptyText: pages.empty ? <Empty description={t("channels.templates.none")} /> : " " }}
        columns={[
          {
            title: t("channels.name"),
            key: "name",
            width: 220,
            render: (_, row) => (
              <>
                <Button
                  type="link"
                  className="channels-link"
                  onClick={() => setLooking(row)}
                  data-testid={`template-${row.key}`}
                >
                  {row.name}
                </Button>
                <div className="soft">{row.key}</div>
              </>
            ),
          },
          {
            title: t("channels.templates.text"),
            key: "body",
            render: (_, row) => <div className="channels-excerpt">{row.body}</div>,
          },
          {
            title: t("channels.channel"),
            key: "channel",
            width: 170,
            render: (_, row) => (
              <>
                {channelName(t, row.channel)}
                <div className="soft">{nameOf(row.account)}</div>
              </>
            ),
          },
          {
            title: t("channels.templates.purpose"),
            key: "purpose",
            width: 90,
            render: (_, row) => t(`channels.purposes.${row.purpose}`, row.purpose ?? ""),
          },
          {
            title: t("channels.templates.state"),
            key: "state",
            width: 150,
            render: (_, row) => (
              <>
                <Tooltip title={row.reason}>
                  <Tag color={APPROVAL[row.state ?? "pending"]} data-testid={`template-state-${row.key}`}>
                    {t(`channels.approval.${row.state}`)}
                  </Tag>
                </Tooltip>
                {row.state === "rejected" && row.reason && <div className="soft">{row.reason}</div>}
              </>
            ),
          },
          {
            title: t("channels.templates.synced"),
            key: "synced",
            width: 170,
            render: (_, row) => format.time(row.synced_at),
          },
          {
            title: <span className="unseen">{t("journeys.actions")}</span>,
            key: "acts",
            width: 150,
            render: (_, row) => (
              <Space>
                <Button
                  size="small"
                  onClick={() => setLooking(row)}
                  aria-label={`${t("channels.templates.preview")} ${row.name}`}
                  data-testid={`preview-${row.key}`}
                >
                  {t("channels.templates.preview")}
                </Button>
                {writes && (
                  <Button
                    size="small"
                    onClick={() => setEditing(row)}
                    aria-label={`${t("channels.edit")} ${row.name}`}
                    data-testid={`edit-template-${row.key}`}
                  >
                    {t("channels.edit")}
                  </Button>
                )}
              </Space>
            ),
          },
        ]}
      />
      {pages.more}
      {looking && <TemplatePreview template={looking} onClose={() => setLooking(undefined)} />}
      {editing && (
        <TemplateForm
          accounts={all}
          template={editing === "new" ? undefined : editing}
          onClose={() => setEditing(undefined)}
        />
      )}
    </>
  );
}
