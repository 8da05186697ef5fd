import { PlusOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Empty, Popconfirm, Table, Tag, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "@/api/workspace";
import { Problem, useComplain } from "@/app/Problem";
import { useFormat } from "@/format/useFormat";
import { AdminsOnly } from "./AdminsOnly";
import { NewKey } from "./NewKey";
import "./settings.css";

export default function KeysPage() {
  return (
    <main className="page settings" data-testid="keys-page">
      <AdminsOnly>
        <Keys />
      </AdminsOnly>
    </main>
  );
}

/** Whether calls with it are taken now. */
function stateOf(key: calls.ApiKey, now: number): "valid" | "expired" | "revoked" {
  if (key.revoked_at) return "revoked";
  return key.expires_at && Date.parse(key.expires_at) <= now ? "expired" : "valid";
}

const COLOUR = { valid: "success", expired: "warning", revoked: "default" } as const;

function Keys() {
  const { t } = useTranslation();
  const format = useFormat();
  const queries = useQueryClient();
  const complain = useComplain();
  const [making, setMaking] = useState(false);
  const keys = useQuery({ queryKey: ["api-keys"], queryFn: calls.apiKeys });
  const revoke = useMutation({
    mutationFn: calls.revokeKey,
    onError: complain,
    onSettled: () => queries.invalidateQueries({ queryKey: ["api-keys"] }),
  });
  const columns = [
    {
      title: t("workspace.key"),
      key: "name",
      render: (_: unknown, key: calls.ApiKey) => (
        <>
          {key.name}
          <div className="soft">
            <Typography.Text code>{key.prefix}…</Typography.Text>
          </div>
        </>
      ),
    },
    {
      title: t("workspace.scopesTitle"),
      key: "scopes",
      width: 240,
      render: (_: unknown, key: calls.ApiKey) =>
        key.scopes.map((scope) => t(`workspace.scopes.${scope}`)).join(t("words.comma")),
    },
    {
      title: t("workspace.state"),
      key: "state",
      width: 110,
      render: (_: unknown, key: calls.ApiKey) => {
        const state = stateOf(key, Date.now());
        return (
          <Tag color={COLOUR[state]} data-testid={`key-state-${key.id}`}>
            {t(`workspace.keyStates.${state}`)}
          </Tag>
        );
      },
    },
    {
      title: t("workspace.expires"),
      key: "expires",
      width: 180,
      render: (_: unknown, key: calls.ApiKey) => (key.expires_at ? format.time(key.expires_at) : t("workspace.never")),
    },
    {
      title: t("workspace.lastUsed"),
      key: "used",
      width: 180,
      render: (_: unknown, key: calls.ApiKey) =>
        key.last_used_at ? format.time(key.last_used_at) : t("workspace.notYet"),
    },
    {
      title: <span className="unseen">{t("journeys.actions")}</span>,
      key: "actions",
      width: 110,
      render: (_: unknown, key: calls.ApiKey) =>
        !key.revoked_at && (
          <Popconfirm
            title={t("workspace.revokeAsk", { name: key.name })}
            description={t("workspace.revokeHint")}
            onConfirm={() => revoke.mutate(key.id)}
            okButtonProps={{ "data-testid": "confirm-revoke" }}
          >
            <Button size="small" danger data-testid={`revoke-${key.id}`}>
              {t("workspace.revoke")}
            </Button>
          </Popconfirm>
        ),
    },
  ];
  return (
    <>
      <header className="page-head">
        <h1>{t("app.keys")}</h1>
        <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)} data-testid="new-key">
          {t("workspace.newKey")}
        </Button>
      </header>
      {keys.error ? (
        <Problem error={keys.error} onRetry={keys.refetch} />
      ) : (
        <Table<calls.ApiKey>
          className="sheet"
          rowKey="id"
          loading={keys.isPending}
          dataSource={keys.data?.results}
          columns={columns}
          pagination={false}
          scroll={{ x: 960 }}
          locale={{ emptyText: keys.data ? <Empty description={t("workspace.noKeys")} /> : " " }}
          data-testid="keys-table"
        />
      )}
      <NewKey open={making} onClose={() => setMaking(false)} />
    </>
  );
}
