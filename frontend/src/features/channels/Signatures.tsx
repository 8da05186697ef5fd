import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Empty, Form, Input, Modal, Select, Table, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "@/api/channels";
import { accountsQuery } from "@/api/queries";
import { Problem } from "@/app/Problem";
import { mayWrite, useSession } from "@/app/session";
import { useFormat } from "@/format/useFormat";
import { APPROVAL } from "./Templates";
import { usePages } from "./usePages";

/** The names that stand before an SMS (【…】), and what the vendors' reviewers say of them. */
export function Signatures() {
  const { t } = useTranslation();
  const format = useFormat();
  const queries = useQueryClient();
  const writes = mayWrite(useSession());
  const [making, setMaking] = useState(false);
  const accounts = useQuery(accountsQuery);
  const providers = useQuery(calls.providersQuery);
  const pages = usePages(["channels", "signatures"], calls.signaturesPage, "signatures", accounts, providers);
  const again = () => queries.invalidateQueries({ queryKey: ["channels", "signatures"] });
  const signing = (accounts.data?.results ?? []).filter(({ provider }) =>
    providers.data?.results.some(({ name, offers }) => name === provider && offers.includes("signatures")),
  );
  const sync = useMutation({ mutationFn: (id: string) => calls.syncSignatures(id), onSuccess: again });
  const make = useMutation({
    mutationFn: ({ account, name }: { account: string; name: string }) => calls.makeSignature(account, name.trim()),
    onSuccess: () => {
      setMaking(false);
      return again();
    },
  });
  if (pages.error) return <Problem error={pages.error} onRetry={pages.refetch} />;
  return (
    <>
      <p className="soft">{t("channels.signatures.about")}</p>
      {writes && (
        <div className="channels-tools">
          {signing.map(({ id, name }) => (
            <Button
              key={id}
              loading={sync.isPending && sync.variables === id}
              onClick={() => sync.mutate(id)}
              data-testid="signatures-sync"
            >
              {t("channels.signatures.sync", { name })}
            </Button>
          ))}
          <Button type="primary" disabled={signing.length === 0} onClick={() => setMaking(true)}>
            {t("channels.signatures.new")}
          </Button>
        </div>
      )}
      {sync.error && <Problem error={sync.error} />}
      <Table<calls.Signature>
        className="sheet"
        rowKey="id"
        data-testid="signatures-table"
        loading={pages.pending}
        dataSource={pages.rows}
        pagination={false}
        locale={{ emptyText: pages.empty ? <Empty description={t("channels.signatures.none")} /> : " " }}
        columns={[
          { title: t("channels.signatures.name"), key: "name", render: (_, row) => `【${row.name}】` },
          {
            title: t("channels.account"),
            key: "account",
            render: (_, row) => accounts.data?.results.find(({ id }) => id === row.account)?.name,
          },
          {
            title: t("channels.templates.state"),
            key: "state",
            render: (_, row) => (
              <>
                <Tag color={APPROVAL[row.state ?? "pending"]}>{t(`channels.approval.${row.state}`)}</Tag>
                {row.reason}
              </>
            ),
          },
          { title: t("channels.templates.synced"), key: "synced", render: (_, row) => format.time(row.synced_at) },
        ]}
      />
      {pages.more}
      {making && (
        <Modal open footer={null} title={t("channels.signatures.new")} onCancel={() => setMaking(false)}>
          <Form<{ account: string; name: string }>
            layout="vertical"
            initialValues={{ account: signing[0]?.id }}
            onFinish={(fields) => make.mutate(fields)}
          >
            <Form.Item name="account" label={t("channels.account")} rules={[{ required: true }]}>
              <Select options={signing.map(({ id, name }) => ({ value: id, label: name }))} />
            </Form.Item>
            <Form.Item
              name="name"
              label={t("channels.signatures.name")}
              extra={t("channels.signatures.nameHint")}
              rules={[{ required: true, min: 2, max: 12 }]}
            >
              <Input maxLength={12} data-testid="signature-name" />
            </Form.Item>
            {make.error && <Problem error={make.error} />}
            <Button type="primary" htmlType="submit" loading={make.isPending} data-testid="signature-submit">
              {t("channels.save")}
            </Button>
          </Form>
        </Modal>
      )}
    </>
  );
}
