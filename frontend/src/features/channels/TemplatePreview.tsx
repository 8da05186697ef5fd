import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Alert, Descriptions, Drawer, Form, Input, Tag } from "antd";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { previewTemplate, type Template } from "@/api/channels";
import { Problem } from "@/app/Problem";
import { useFormat } from "@/format/useFormat";
import { fieldRule } from "./fieldsOf";
import { PhoneBubble } from "./PhoneBubble";
import { APPROVAL } from "./Templates";
import { channelName } from "./words";

/** What a template becomes with values that one types: on a phone, with its length, its billed parts and its faults. */
export function TemplatePreview({ template, onClose }: { template: Template; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [params, setParams] = useState<Record<string, string>>({});
  const asked = useDeferredValue(params);
  const filled = Object.fromEntries(Object.entries(asked).filter(([, value]) => value));
  const shown = useQuery({
    queryKey: ["templates", template.id, "preview", template.updated_at, filled],
    queryFn: () => previewTemplate(template.id, filled),
    placeholderData: keepPreviousData,
  });
  const billed = template.channel === "sms";
  const complete = template.variables.every((name) => filled[name]);
  const hintOf = (name: string) => {
    if (!template.channel.startsWith("wechat_")) return undefined;
    const { type, values } = fieldRule(name, template.settings as Record<string, unknown>);
    if (values) return t("channels.fieldTypes.oneOf", { values: values.join(" / ") });
    return type && t(`channels.fieldTypes.${type}`);
  };
  return (
    <Drawer open size={760} title={template.name} onClose={onClose} data-testid="template-preview">
      <div className="channels-preview">
        <PhoneBubble
          channel={template.channel}
          title={shown.data?.title ?? ""}
          text={shown.data?.text ?? template.body}
        />
        <div>
          {template.variables.length > 0 && (
            <Form layout="vertical">
              <h3>{t("channels.templates.variables")}</h3>
              {template.variables.map((name) => (
                <Form.Item key={name} label={name} htmlFor={`variable-${name}`} extra={hintOf(name)}>
                  <Input
                    id={`variable-${name}`}
                    maxLength={2000}
                    value={params[name] ?? ""}
                    data-testid={`variable-${name}`}
                    onChange={(event) => setParams({ ...params, [name]: event.target.value })}
                  />
                </Form.Item>
              ))}
            </Form>
          )}
          {shown.error && <Problem error={shown.error} onRetry={shown.refetch} />}
          {shown.data && (
            <Descriptions
              column={1}
              size="small"
              items={[
                {
                  key: "length",
                  label: t("channels.templates.length"),
                  children: <span data-testid="preview-length">{format.number(shown.data.length)}</span>,
                },
                ...(billed
                  ? [
                      {
                        key: "segments",
                        label: t("channels.templates.segments"),
                        children: (
                          <span data-testid="preview-segments">
                            {format.number(shown.data.segments)}{" "}
                            <span className="soft">{t("channels.templates.segmentsHint")}</span>
                          </span>
                        ),
                      },
                    ]
                  : []),
                ...(shown.data.cost
                  ? [
                      {
                        key: "cost",
                        label: t("channels.templates.cost"),
                        children: `${format.number(Number(shown.data.cost))} ${shown.data.currency}`,
                      },
                    ]
                  : []),
                { key: "channel", label: t("channels.channel"), children: channelName(t, template.channel) },
                { key: "code", label: t("channels.templates.code"), children: template.provider_code || "–" },
                {
                  key: "state",
                  label: t("channels.templates.state"),
                  children: (
                    <span>
                      <Tag color={APPROVAL[template.state ?? "pending"]}>
                        {t(`channels.approval.${template.state}`)}
                      </Tag>
                      {template.reason}
                    </span>
                  ),
                },
                ...((template.tags as string[] | undefined)?.length
                  ? [
                      {
                        key: "tags",
                        label: t("channels.templates.tags"),
                        children: (
                          <span className="tags">
                            {(template.tags as string[]).map((tag) => (
                              <Tag key={tag}>{tag}</Tag>
                            ))}
                          </span>
                        ),
                      },
                    ]
                  : []),
              ]}
            />
          )}
          {complete &&
            shown.data?.problems.map(({ code, detail }) => (
              <Alert
                key={code + detail}
                type="warning"
                showIcon
                title={t("channels.templates.refused")}
                description={`${detail} (${code})`}
                data-testid="preview-problem"
              />
            ))}
          {!complete && <p className="soft">{t("channels.templates.fill")}</p>}
        </div>
      </div>
    </Drawer>
  );
}
