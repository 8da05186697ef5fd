import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Drawer, Form, Input, Radio, Select, Space } from "antd";
import { useTranslation } from "react-i18next";
import { type AccountRow, changeTemplate, makeTemplate, type Template } from "@/api/channels";
import { Problem } from "@/app/Problem";
import {
  BLANK,
  ownSettings,
  type TemplateValues,
  templateFields,
  templateValues,
  variableExample,
} from "./templateForm";
import { channelName } from "./words";

interface Props {
  accounts: readonly AccountRow[];
  template: Template | undefined;
  onClose: () => void;
}

const KINDS = ["notice", "otp", "marketing"] as const;
const TYPES = ["text", "image", "news", "msgmenu", "miniprogrampage"] as const;
const STATES = ["pending", "approved", "rejected"] as const;

/** Enters a text that a vendor has approved, or changes one. */
export function TemplateForm({ accounts, template, onClose }: Props) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [form] = Form.useForm<TemplateValues>();
  const channel = Form.useWatch("channel", form) ?? template?.channel ?? "";
  const accountId = Form.useWatch("account", form);
  const account = accounts.find(({ id }) => id === accountId);
  const save = useMutation({
    mutationFn: (values: TemplateValues) => {
      const fields = templateFields(values, (template?.settings as Record<string, unknown> | undefined) ?? {});
      if (template) return changeTemplate(template.id, fields);
      return makeTemplate({ ...fields, key: values.key.trim(), account: values.account, channel: values.channel });
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["templates"] });
      onClose();
    },
  });
  const needed = (label: string) => ({ required: true, message: t("channels.form.needed", { label }) });
  const own = ownSettings(channel);
  return (
    <Drawer
      open
      size={560}
      title={t(template ? "channels.templates.change" : "channels.templates.new")}
      onClose={onClose}
      footer={
        <Space>
          <Button type="primary" loading={save.isPending} onClick={() => form.submit()} data-testid="template-submit">
            {t("channels.save")}
          </Button>
          <Button onClick={onClose}>{t("channels.cancel")}</Button>
        </Space>
      }
    >
      <Form<TemplateValues>
        form={form}
        layout="vertical"
        scrollToFirstError
        initialValues={template ? templateValues(template) : BLANK}
        onFinish={() => save.mutate({ ...BLANK, ...(form.getFieldsValue(true) as TemplateValues) })}
        data-testid="template-form"
      >
        {!template && (
          <>
            <Form.Item name="account" label={t("channels.account")} rules={[needed(t("channels.account"))]}>
              <Select
                data-testid="template-account"
                options={accounts.map(({ id, name }) => ({ value: id, label: name }))}
                onChange={(id) =>
                  form.setFieldsValue({ channel: accounts.find((one) => one.id === id)?.channels[0] ?? "" })
                }
              />
            </Form.Item>
            <Form.Item name="channel" label={t("channels.channel")} rules={[needed(t("channels.channel"))]}>
              <Select
                disabled={!account}
                options={(account?.channels ?? []).map((value) => ({ value, label: channelName(t, value) }))}
              />
            </Form.Item>
            <Form.Item
              name="key"
              label={t("channels.key")}
              extra={t("channels.keyHint")}
              rules={[{ required: true, pattern: /^[-a-zA-Z0-9_]{1,50}$/, message: t("channels.form.badKey") }]}
            >
              <Input maxLength={50} data-testid="template-key" />
            </Form.Item>
          </>
        )}
        <Form.Item name="name" label={t("channels.name")} rules={[needed(t("channels.name"))]}>
          <Input maxLength={100} data-testid="template-name" />
        </Form.Item>
        <Form.Item
          name="provider_code"
          label={t("channels.templates.code")}
          extra={t("channels.templates.codeHint")}
          rules={[needed(t("channels.templates.code"))]}
        >
          <Input maxLength={100} data-testid="template-code" />
        </Form.Item>
        {own.includes("subject") && (
          <Form.Item
            name="subject"
            label={t("channels.templates.subject")}
            rules={[needed(t("channels.templates.subject"))]}
          >
            <Input maxLength={200} />
          </Form.Item>
        )}
        <Form.Item
          name="body"
          label={t("channels.templates.text")}
          extra={t("channels.templates.textHint", { example: variableExample(channel) })}
          rules={[needed(t("channels.templates.text"))]}
        >
          <Input.TextArea autoSize={{ minRows: 4, maxRows: 14 }} maxLength={10_000} data-testid="template-body" />
        </Form.Item>
        <Form.Item name="purpose" label={t("channels.templates.purpose")} extra={t("channels.templates.purposeHint")}>
          <Radio.Group
            data-testid="template-purpose"
            options={(["service", "marketing"] as const).map((value) => ({
              value,
              label: t(`channels.purposes.${value}`),
            }))}
          />
        </Form.Item>
        {own.includes("kind") && (
          <Form.Item name="kind" label={t("channels.templates.kind")}>
            <Select allowClear options={KINDS.map((value) => ({ value, label: t(`channels.kinds.${value}`) }))} />
          </Form.Item>
        )}
        {own.includes("url") && (
          <Form.Item name="url" label={t("channels.templates.url")} extra={t("channels.templates.urlHint")}>
            <Input maxLength={2000} />
          </Form.Item>
        )}
        {own.includes("msgtype") && (
          <Form.Item name="msgtype" label={t("channels.templates.msgtype")}>
            <Select options={TYPES.map((value) => ({ value, label: t(`channels.msgtypes.${value}`) }))} />
          </Form.Item>
        )}
        <Form.Item name="tags" label={t("channels.templates.tags")} extra={t("channels.templates.tagsHint")}>
          <Select mode="tags" tokenSeparators={[",", "，"]} maxCount={20} />
        </Form.Item>
        <Form.Item name="state" label={t("channels.templates.state")} extra={t("channels.templates.stateHint")}>
          <Select
            data-testid="template-state"
            options={STATES.map((value) => ({ value, label: t(`channels.approval.${value}`) }))}
          />
        </Form.Item>
        {save.error && <Problem error={save.error} />}
      </Form>
    </Drawer>
  );
}
