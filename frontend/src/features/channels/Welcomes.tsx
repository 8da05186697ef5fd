import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Empty, Form, Input, Modal, Popconfirm, Select, Space, Switch, Table, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "@/api/channels";
import { Problem, useComplain } from "@/app/Problem";
import { mayWrite, useSession } from "@/app/session";

interface Values {
  account: string;
  name: string;
  state: string;
  text: string;
  enabled: boolean;
}

/** What new contacts are told within twenty seconds: by contact way, by state, or everybody. */
export function Welcomes({ accounts }: { accounts: readonly { id: string; name: string }[] }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const complain = useComplain();
  const writes = mayWrite(useSession());
  const [editing, setEditing] = useState<calls.Welcome | "new">();
  const list = useQuery(calls.welcomesQuery);
  const again = () => queries.invalidateQueries({ queryKey: calls.welcomesQuery.queryKey });
  const save = useMutation({
    mutationFn: ({ account, ...fields }: Values) =>
      editing === "new" || !editing
        ? calls.makeWelcome({ ...fields, account })
        : calls.changeWelcome(editing.id, fields),
    onSuccess: () => {
      setEditing(undefined);
      return again();
    },
  });
  const remove = useMutation({ mutationFn: calls.removeWelcome, onSuccess: again, onError: complain });
  const open = (wanted: calls.Welcome | "new") => {
    save.reset();
    setEditing(wanted);
  };
  return (
    <section className="channels-card" aria-labelledby="welcomes">
      <div className="channels-sync-head">
        <div>
          <h2 id="welcomes">{t("channels.welcomes.title")}</h2>
          <p className="soft">{t("channels.welcomes.about")}</p>
        </div>
        {writes && (
          <Button onClick={() => open("new")} data-testid="new-welcome">
            {t("channels.welcomes.new")}
          </Button>
        )}
      </div>
      {list.error && <Problem error={list.error} onRetry={list.refetch} />}
      <Table<calls.Welcome>
        rowKey="id"
        size="small"
        loading={list.isPending}
        dataSource={list.data?.results ?? []}
        pagination={false}
        data-testid="welcomes-table"
        locale={{ emptyText: list.data ? <Empty description={t("channels.welcomes.none")} /> : " " }}
        columns={[
          { title: t("channels.name"), dataIndex: "name", width: 180 },
          {
            title: t("channels.welcomes.for"),
            key: "state",
            width: 180,
            render: (_, row) => (row.state ? <Tag>{row.state}</Tag> : t("channels.welcomes.everybody")),
          },
          {
            title: t("channels.templates.text"),
            key: "text",
            render: (_, row) => (
              <>
                <div className="channels-excerpt">{row.text}</div>
                {row.attachments.length > 0 && (
                  <span className="soft">{t("channels.welcomes.attachments", { count: row.attachments.length })}</span>
                )}
              </>
            ),
          },
          {
            title: t("channels.stateTitle"),
            key: "enabled",
            width: 90,
            render: (_, row) => t(row.enabled ? "channels.state.on" : "channels.state.off"),
          },
          {
            title: <span className="unseen">{t("journeys.actions")}</span>,
            key: "acts",
            width: 150,
            render: (_, row) =>
              writes && (
                <Space>
                  <Button size="small" onClick={() => open(row)} aria-label={`${t("channels.edit")} ${row.name}`}>
                    {t("channels.edit")}
                  </Button>
                  <Popconfirm
                    title={t("channels.welcomes.removeAsk")}
                    okButtonProps={{ danger: true }}
                    onConfirm={() => remove.mutate(row.id)}
                  >
                    <Button size="small" danger aria-label={`${t("channels.remove")} ${row.name}`}>
                      {t("channels.remove")}
                    </Button>
                  </Popconfirm>
                </Space>
              ),
          },
        ]}
      />
      {editing && (
        <Modal
          open
          footer={null}
          title={t(editing === "new" ? "channels.welcomes.new" : "channels.welcomes.change")}
          onCancel={() => setEditing(undefined)}
        >
          <Form<Values>
            layout="vertical"
            initialValues={
              editing === "new"
                ? { account: accounts[0]?.id, name: "", state: "", text: "", enabled: true }
                : { ...editing }
            }
            onFinish={(values) => save.mutate(values)}
          >
            {editing === "new" && (
              <Form.Item name="account" label={t("channels.account")} rules={[{ required: true }]}>
                <Select options={accounts.map(({ id, name }) => ({ value: id, label: name }))} />
              </Form.Item>
            )}
            <Form.Item name="name" label={t("channels.name")} rules={[{ required: true, whitespace: true }]}>
              <Input maxLength={100} data-testid="welcome-name" />
            </Form.Item>
            <Form.Item
              name="state"
              label={t("channels.welcomes.for")}
              extra={t("channels.welcomes.stateHint")}
              rules={[{ pattern: /^[-_.:a-zA-Z0-9]{0,30}\*?$/, message: t("channels.ways.badState") }]}
            >
              <Input maxLength={31} />
            </Form.Item>
            <Form.Item name="text" label={t("channels.templates.text")} rules={[{ required: true }]}>
              <Input.TextArea autoSize={{ minRows: 3, maxRows: 10 }} maxLength={4000} data-testid="welcome-text" />
            </Form.Item>
            <Form.Item name="enabled" label={t("channels.enabled")} valuePropName="checked">
              <Switch />
            </Form.Item>
            {save.error && <Problem error={save.error} />}
            <Button type="primary" htmlType="submit" loading={save.isPending} data-testid="welcome-submit">
              {t("channels.save")}
            </Button>
          </Form>
        </Modal>
      )}
    </section>
  );
}
