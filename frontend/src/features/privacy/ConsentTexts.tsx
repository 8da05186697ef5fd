import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Empty, Form, Input, Modal, Popconfirm, Select, Table, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "@/api/privacy";
import { Problem } from "@/app/Problem";
import { mayWrite, useSession } from "@/app/session";
import { useFormat } from "@/format/useFormat";

type Fields = Parameters<typeof calls.writeText>[0];

/** The words that people agree to. Published, they never change: what somebody agreed to can always be read. */
export function ConsentTexts({ administers }: { administers: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const queries = useQueryClient();
  const writes = mayWrite(useSession());
  const [writing, setWriting] = useState(false);
  const texts = useQuery({ queryKey: ["consent-texts"], queryFn: calls.consentTexts });
  const again = () => queries.invalidateQueries({ queryKey: ["consent-texts"] });
  const publish = useMutation({ mutationFn: calls.publishText, onSuccess: again });
  const write = useMutation({
    mutationFn: calls.writeText,
    onSuccess: () => {
      setWriting(false);
      return again();
    },
  });
  if (texts.isLoadingError) return <Problem error={texts.error} onRetry={texts.refetch} />;
  return (
    <>
      <div className="privacy-tools">
        {writes && (
          <Button type="primary" onClick={() => setWriting(true)} data-testid="new-text">
            {t("privacy.newText")}
          </Button>
        )}
      </div>
      {publish.error && <Problem error={publish.error} />}
      <Table<calls.ConsentText>
        className="sheet"
        rowKey="id"
        loading={texts.isPending}
        dataSource={texts.data?.results ?? []}
        pagination={false}
        scroll={{ x: 900 }}
        locale={{ emptyText: texts.data ? <Empty description={t("privacy.noTexts")} /> : " " }}
        columns={[
          { title: t("privacy.code"), dataIndex: "code", width: 160 },
          {
            title: t("privacy.channel"),
            key: "channel",
            width: 130,
            render: (_, text) =>
              t(text.channel ? `privacy.channels.${text.channel}` : "privacy.everyChannel", text.channel ?? ""),
          },
          {
            title: t("privacy.purpose"),
            key: "purpose",
            width: 110,
            render: (_, text) => t(`privacy.purposes.${text.purpose}`),
          },
          { title: t("privacy.zh"), key: "zh", render: (_, text) => <div className="privacy-words">{text.zh}</div> },
          { title: t("privacy.en"), key: "en", render: (_, text) => <div className="privacy-words">{text.en}</div> },
          {
            title: t("privacy.status"),
            key: "published",
            width: 200,
            render: (_, text) =>
              text.published_at ? (
                <Tag color="success">{t("privacy.publishedAt", { at: format.time(text.published_at) })}</Tag>
              ) : administers ? (
                <Popconfirm title={t("privacy.publishWarning")} onConfirm={() => publish.mutate(text.id)}>
                  <Button data-testid={`publish-${text.code}`}>{t("privacy.publish")}</Button>
                </Popconfirm>
              ) : (
                <Tag>{t("privacy.draft")}</Tag>
              ),
          },
        ]}
      />
      {writing && (
        <Modal open footer={null} title={t("privacy.newText")} onCancel={() => setWriting(false)}>
          {write.error && <Problem error={write.error} />}
          <Form<Fields>
            layout="vertical"
            initialValues={{ channel: "sms", purpose: "marketing", en: "" }}
            onFinish={(fields) => write.mutate(fields)}
          >
            <Form.Item name="code" label={t("privacy.code")} rules={[{ required: true }]}>
              <Input maxLength={64} placeholder="sms-2026-01" data-testid="text-code" />
            </Form.Item>
            <Form.Item name="channel" label={t("privacy.channel")}>
              <Select
                options={[
                  { value: "", label: t("privacy.everyChannel") },
                  ...calls.CHANNELS.map((value) => ({ value, label: t(`privacy.channels.${value}`) })),
                ]}
              />
            </Form.Item>
            <Form.Item name="purpose" label={t("privacy.purpose")}>
              <Select
                options={(["marketing", "service"] as const).map((value) => ({
                  value,
                  label: t(`privacy.purposes.${value}`),
                }))}
              />
            </Form.Item>
            <Form.Item name="zh" label={t("privacy.zh")} rules={[{ required: true }]}>
              <Input.TextArea autoSize={{ minRows: 3 }} maxLength={20000} data-testid="text-zh" />
            </Form.Item>
            <Form.Item name="en" label={t("privacy.en")}>
              <Input.TextArea autoSize={{ minRows: 3 }} maxLength={20000} data-testid="text-en" />
            </Form.Item>
            <Button type="primary" htmlType="submit" loading={write.isPending} data-testid="text-submit">
              {t("privacy.save")}
            </Button>
          </Form>
        </Modal>
      )}
    </>
  );
}
