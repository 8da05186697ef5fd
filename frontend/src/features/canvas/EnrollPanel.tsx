import { useMutation } from "@tanstack/react-query";
import { Alert, Button, Checkbox, Input, Select, Space } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, dataOf } from "@/api/client";
import { Problem } from "@/app/Problem";
import { Field } from "@/canvas/fields/Field";
import { PropertyRows, type Row, rowsToObject } from "@/canvas/fields/PropertyRows";
import { DockFrame } from "./DockFrame";

const IDENTITIES = [
  "phone",
  "email",
  "user_id",
  "member_id",
  "wechat_openid",
  "wechat_unionid",
  "wecom_external_userid",
] as const;

/** Enrolls one person by hand: by an identity, with what is known of them and the entry's properties. */
export default function EnrollPanel({ journeyId }: { journeyId: string }) {
  const { t } = useTranslation();
  const [type, setType] = useState<string>("phone");
  const [value, setValue] = useState("");
  const [attributes, setAttributes] = useState<Row[]>([]);
  const [properties, setProperties] = useState<Row[]>([]);
  const [consent, setConsent] = useState(false);
  const identities = { [type]: value.trim() };

  const enroll = useMutation({
    mutationFn: async () => {
      const known = rowsToObject(attributes);
      if (consent || Object.keys(known).length > 0) {
        const consents = consent
          ? [
              {
                channel: "sms",
                purpose: "marketing" as const,
                status: "granted" as const,
                source: "console",
                text_version: "",
              },
            ]
          : undefined;
        await api.POST("/api/v1/profiles/", { body: { identities, attributes: known, consents } });
      }
      return dataOf(
        api.POST("/api/v1/journeys/{journey}/enrollments/", {
          params: { path: { journey: journeyId } },
          body: { profiles: [{ identities, properties: rowsToObject(properties) }] },
        }),
      );
    },
  });
  const answer = enroll.data;
  return (
    <DockFrame
      title={t("enroll.title")}
      testId="enroll-panel"
      footer={
        <Button
          type="primary"
          block
          disabled={!identities[type]}
          loading={enroll.isPending}
          onClick={() => enroll.mutate()}
          data-testid="enroll-submit"
        >
          {t("enroll.submit")}
        </Button>
      }
    >
      <p className="field-hint">{t("enroll.hint")}</p>
      <Field label={t("enroll.identity")}>
        <Space.Compact block>
          <Select
            className="identity-type"
            popupMatchSelectWidth={false}
            value={type}
            aria-label={t("enroll.identityType")}
            data-testid="enroll-type"
            options={IDENTITIES.map((each) => ({ value: each, label: t(`identity.${each}`) }))}
            onChange={setType}
          />
          <Input
            value={value}
            placeholder={type === "phone" ? "13800000001" : ""}
            aria-label={t("enroll.identity")}
            data-testid="enroll-value"
            onChange={(event) => setValue(event.target.value)}
            onPressEnter={() => identities[type] && enroll.mutate()}
          />
        </Space.Compact>
      </Field>
      <Field label={t("enroll.attributes")} hint={t("enroll.attributesHint")}>
        <PropertyRows
          value={attributes}
          onChange={setAttributes}
          addText={t("enroll.addAttribute")}
          testId="enroll-attribute"
        />
      </Field>
      <Field label={t("enroll.properties")} hint={t("enroll.propertiesHint")}>
        <PropertyRows
          value={properties}
          onChange={setProperties}
          addText={t("enroll.addProperty")}
          testId="enroll-property"
        />
      </Field>
      <Checkbox checked={consent} onChange={(event) => setConsent(event.target.checked)} data-testid="enroll-consent">
        {t("enroll.consent")}
      </Checkbox>
      {enroll.error && <Problem error={enroll.error} />}
      {answer && answer.accepted > 0 && (
        <Alert type="success" showIcon data-testid="enroll-accepted" title={t("enroll.accepted")} />
      )}
      {answer?.rejected.map((rejected) => (
        <Alert
          key={rejected.index}
          type="error"
          showIcon
          data-testid="enroll-rejected"
          title={rejected.detail}
          description={<code>{rejected.code}</code>}
        />
      ))}
    </DockFrame>
  );
}
