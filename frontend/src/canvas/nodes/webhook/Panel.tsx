import { Input, Select, Space } from "antd";
import { useTranslation } from "react-i18next";
import { compact } from "../../core/config";
import { DurationInput } from "../../fields/DurationInput";
import { Field } from "../../fields/Field";
import { LiquidArea } from "../../fields/LiquidArea";
import { TextMap } from "../../fields/TextMap";
import type { PanelProps } from "../kind";
import { bodyOf, bodyText, METHODS, type WebhookConfig } from "./definition";

const EXAMPLE = '{"member": "{{ profile.member_id }}"}';

export function Panel({ config, onChange }: PanelProps<WebhookConfig>) {
  const { t } = useTranslation();
  const put = (part: Partial<WebhookConfig>) => onChange(compact({ ...config, ...part }));
  return (
    <>
      <Field name={["url", "method"]} label={t("node.webhook.url")} hint={t("node.webhook.urlHint")}>
        <Space.Compact block>
          <Select
            className="method"
            popupMatchSelectWidth={false}
            value={config.method ?? "POST"}
            aria-label={t("node.webhook.method")}
            data-testid="webhook-method"
            options={METHODS.map((value) => ({ value, label: value }))}
            onChange={(method) => put({ method })}
          />
          <Input
            value={config.url ?? ""}
            placeholder="https://"
            aria-label={t("node.webhook.url")}
            data-testid="webhook-url"
            onChange={({ target }) => put({ url: target.value })}
          />
        </Space.Compact>
      </Field>
      <Field name="headers" label={t("node.webhook.headers")}>
        <TextMap
          value={config.headers}
          addText={t("node.webhook.addHeader")}
          testId="webhook-header"
          liquid
          onChange={(headers) => put({ headers })}
        />
      </Field>
      <Field name="body" label={t("node.webhook.body")} hint={t("fields.liquidHint")}>
        <LiquidArea
          mono
          value={bodyText(config.body)}
          placeholder={EXAMPLE}
          label={t("node.webhook.body")}
          testId="webhook-body"
          onChange={(body) => put({ body: body || undefined })}
          // Only when it is left: formatting it while it is typed would move the cursor.
          onDone={(body) => typeof config.body === "string" && put({ body: bodyOf(body) || undefined })}
        />
      </Field>
      <Field name="timeout" label={t("node.webhook.timeout")} hint={t("node.webhook.timeoutHint")}>
        <DurationInput
          value={config.timeout ?? "PT10S"}
          label={t("node.webhook.timeout")}
          testId="webhook-timeout"
          onChange={(timeout) => put({ timeout })}
        />
      </Field>
      <Field name="save_as" label={t("node.webhook.saveAs")} hint={t("node.webhook.saveAsHint")}>
        <Input
          value={config.save_as ?? ""}
          placeholder="coupon"
          aria-label={t("node.webhook.saveAs")}
          data-testid="webhook-save-as"
          onChange={({ target }) => put({ save_as: target.value || undefined })}
        />
      </Field>
    </>
  );
}
