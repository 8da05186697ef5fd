import { PlusOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Empty, Form, Input, Modal, Radio, Select, Table, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type LedgerEntry, ledgerQuery, recordConsent, type Said } from "@/api/people";
import { CHANNELS } from "@/api/privacy";
import { Problem } from "@/app/Problem";
import { sourceText } from "@/features/privacy/words";
import { useFormat } from "@/format/useFormat";
import { shownValue } from "./values";

/** What the person agreed to and took back, newest first, each with its proof. Nothing is changed: a statement is added. */
export function Consents({ id, writes }: { id: string; writes: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [saying, setSaying] = useState(false);
  const { data, error, isLoadingError, isPending, refetch } = useQuery(ledgerQuery(id));
  if (isLoadingError) return <Problem error={error} onRetry={refetch} />;
  const columns = [
    {
      title: t("privacy.at"),
      key: "at",
      render: (_: unknown, { at, recorded_at }: LedgerEntry) => (
        <span title={t("profiles.recorded", { at: format.second(recorded_at) })}>{format.time(at)}</span>
      ),
    },
    {
      title: t("privacy.channel"),
      key: "channel",
      render: (_: unknown, { channel, purpose }: LedgerEntry) =>
        `${t(`privacy.channels.${channel}`, { defaultValue: channel })} · ${t(`privacy.purposes.${purpose}`)}`,
    },
    {
      title: t("privacy.status"),
      key: "status",
      render: (_: unknown, { status }: LedgerEntry) => (
        <Tag color={status === "granted" ? "success" : undefined}>{t(`privacy.statuses.${status}`)}</Tag>
      ),
    },
    {
      title: t("privacy.source"),
      key: "source",
      render: (_: unknown, { source }: LedgerEntry) => sourceText(t, source),
    },
    { title: t("privacy.text"), dataIndex: "text_version" as const },
    {
      title: t("profiles.proof"),
      key: "proof",
      render: (_: unknown, { proof }: LedgerEntry) => (
        <dl className="proof">
          {Object.entries((proof ?? {}) as Record<string, unknown>).map(([name, value]) => (
            <div key={name}>
              <dt className="soft">{name}</dt>
              <dd>{shownValue(value)}</dd>
            </div>
          ))}
        </dl>
      ),
    },
  ];
  return (
    <>
      {writes && (
        <p>
          <Button icon={<PlusOutlined />} onClick={() => setSaying(true)} data-testid="consent-add">
            {t("profiles.record")}
          </Button>
        </p>
      )}
      <Table<LedgerEntry>
        rowKey="id"
        size="small"
        loading={isPending}
        dataSource={data?.results}
        columns={columns}
        pagination={false}
        scroll={{ x: 760 }}
        locale={{ emptyText: data ? <Empty description={t("privacy.noConsents")} /> : " " }}
        data-testid="ledger"
      />
      {saying && <Say id={id} onClose={() => setSaying(false)} />}
    </>
  );
}

function Say({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [said, setSaid] = useState<Said>({ channel: "sms", purpose: "marketing", status: "granted", source: "" });
  const [proof, setProof] = useState("");
  const put = (part: Partial<Said>) => setSaid({ ...said, ...part });
  const record = useMutation({
    mutationFn: () =>
      recordConsent(id, {
        ...said,
        source: said.source.trim(),
        ...(proof.trim() ? { proof: { note: proof.trim() } } : {}),
      }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["person", id] });
      onClose();
    },
  });
  return (
    <Modal
      open
      title={t("profiles.record")}
      okText={t("profiles.save")}
      okButtonProps={{ disabled: !said.source.trim(), "data-testid": "consent-submit" }}
      confirmLoading={record.isPending}
      onOk={() => record.mutate()}
      onCancel={onClose}
    >
      <Form layout="vertical">
        <Form.Item label={t("privacy.status")}>
          <Radio.Group
            value={said.status}
            data-testid="consent-status"
            onChange={({ target }) => put({ status: target.value })}
            options={(["granted", "withdrawn"] as const).map((value) => ({
              value,
              label: t(`privacy.statuses.${value}`),
            }))}
          />
        </Form.Item>
        <Form.Item label={t("privacy.channel")}>
          <Select
            aria-label={t("privacy.channel")}
            data-testid="consent-channel"
            value={said.channel}
            options={CHANNELS.map((value) => ({ value, label: t(`privacy.channels.${value}`) }))}
            onChange={(channel) => put({ channel })}
          />
        </Form.Item>
        <Form.Item label={t("privacy.purpose")}>
          <Radio.Group
            value={said.purpose}
            onChange={({ target }) => put({ purpose: target.value })}
            options={(["marketing", "service"] as const).map((value) => ({
              value,
              label: t(`privacy.purposes.${value}`),
            }))}
          />
        </Form.Item>
        <Form.Item label={t("profiles.where")} htmlFor="consent-source">
          <Input
            id="consent-source"
            maxLength={64}
            value={said.source}
            placeholder={t("profiles.whereExample")}
            data-testid="consent-source"
            onChange={({ target }) => put({ source: target.value })}
          />
        </Form.Item>
        <Form.Item label={t("profiles.proof")} htmlFor="consent-proof">
          <Input.TextArea
            id="consent-proof"
            autoSize={{ minRows: 1, maxRows: 4 }}
            maxLength={500}
            value={proof}
            placeholder={t("profiles.proofExample")}
            onChange={({ target }) => setProof(target.value)}
          />
        </Form.Item>
      </Form>
      {record.error && <Problem error={record.error} />}
    </Modal>
  );
}
