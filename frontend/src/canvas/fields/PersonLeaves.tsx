import { InputNumber, Switch } from "antd";
import { useTranslation } from "react-i18next";
import {
  type AttributeRule,
  type BucketRule,
  type ConsentRule,
  type HeldRule,
  type IdentityRule,
  type TagRule,
  withComparison,
} from "../core/rules";
import { ComparisonSelect } from "./ComparisonSelect";
import { AttributeName, TagName } from "./CompletedName";
import { DurationInput } from "./DurationInput";
import { NameInput, Pick } from "./LeafFields";
import type { LeafProps } from "./RuleLeaf";
import { ValueInput } from "./ValueInput";

const IDENTITIES = [
  "phone",
  "email",
  "user_id",
  "member_id",
  "wechat_openid",
  "wechat_unionid",
  "wecom_external_userid",
] as const;
export const CHANNELS = [
  "sms",
  "wechat_template",
  "wechat_service",
  "wechat_subscribe",
  "wecom_app",
  "wecom_customer",
  "call",
  "email",
  "webhook",
] as const;

export function AttributeLeaf({ value, onChange, testId }: LeafProps<AttributeRule>) {
  const { t } = useTranslation();
  return (
    <>
      <div className="row">
        <AttributeName
          value={value.key}
          label={t("fields.attribute")}
          testId={`${testId}-key`}
          onChange={(key) => onChange({ ...value, key })}
        />
        <ComparisonSelect
          value={value.cmp}
          testId={`${testId}-cmp`}
          onChange={(cmp) => onChange(withComparison(value, cmp))}
        />
      </div>
      <ValueInput
        cmp={value.cmp}
        value={value.value}
        testId={`${testId}-value`}
        onChange={(next) => onChange({ ...value, value: next })}
      />
    </>
  );
}

/** The tag is there, or its value compares so. */
export function TagLeaf({ value, onChange, testId }: LeafProps<TagRule>) {
  const { t } = useTranslation();
  const { cmp, value: given, ...rest } = value;
  return (
    <>
      <TagName
        value={value.key}
        label={t("fields.tag")}
        testId={`${testId}-key`}
        onChange={(key) => onChange({ ...value, key })}
      />
      <div className="row">
        <Switch
          size="small"
          checked={cmp !== undefined}
          aria-label={t("rules.tagValue")}
          data-testid={`${testId}-value-on`}
          onChange={(on) => onChange(on ? { ...rest, cmp: "eq", value: "" } : rest)}
        />
        <span>{t("rules.tagValue")}</span>
        {cmp && (
          <ComparisonSelect
            value={cmp}
            testId={`${testId}-cmp`}
            onChange={(next) => onChange(withComparison(value, next))}
          />
        )}
      </div>
      {cmp && (
        <ValueInput
          cmp={cmp}
          value={given}
          testId={`${testId}-value`}
          onChange={(next) => onChange({ ...value, value: next })}
        />
      )}
    </>
  );
}

/** How long an attribute has had a value without a break. */
export function HeldLeaf({ value, onChange, testId }: LeafProps<HeldRule>) {
  const { t } = useTranslation();
  return (
    <>
      <AttributeName
        value={value.key}
        label={t("fields.attribute")}
        testId={`${testId}-key`}
        onChange={(key) => onChange({ ...value, key })}
      />
      <ValueInput
        cmp="eq"
        value={value.value}
        testId={`${testId}-value`}
        onChange={(next) => !Array.isArray(next) && onChange({ ...value, value: next })}
      />
      <div className="row">
        <Pick
          value={value.cmp ?? "at_least"}
          label={t("fields.comparison")}
          testId={`${testId}-cmp`}
          options={(["at_least", "less_than"] as const).map((cmp) => ({ value: cmp, label: t(`rules.held.${cmp}`) }))}
          onChange={(cmp) => onChange({ ...value, cmp })}
        />
        <DurationInput
          value={value.for}
          label={t("rules.heldFor")}
          testId={`${testId}-for`}
          onChange={(next) => onChange({ ...value, for: next })}
        />
      </div>
    </>
  );
}

export function IdentityLeaf({ value, onChange, testId }: LeafProps<IdentityRule>) {
  const { t } = useTranslation();
  const known = IDENTITIES.map((type) => ({ value: type as string, label: t(`identity.${type}`) }));
  const options = known.some((one) => one.value === value.type)
    ? known
    : [...known, { value: value.type, label: value.type }];
  return (
    <div className="row">
      <Pick
        value={value.type}
        label={t("rules.identityType")}
        testId={`${testId}-type`}
        options={options}
        onChange={(type) => onChange({ ...value, type })}
      />
      <Pick
        value={value.cmp ?? "exists"}
        label={t("fields.comparison")}
        testId={`${testId}-cmp`}
        options={(["exists", "not_exists"] as const).map((cmp) => ({ value: cmp, label: t(`rules.cmp.${cmp}`) }))}
        onChange={(cmp) => onChange({ ...value, cmp })}
      />
    </div>
  );
}

export function ConsentLeaf({ value, onChange, testId }: LeafProps<ConsentRule>) {
  const { t } = useTranslation();
  return (
    <div className="row">
      <Pick
        value={value.channel}
        label={t("rules.channel")}
        testId={`${testId}-channel`}
        options={CHANNELS.map((channel) => ({ value: channel as string, label: t(`channel.${channel}`) }))}
        onChange={(channel) => onChange({ ...value, channel })}
      />
      <Pick
        value={value.purpose}
        label={t("rules.purposeLabel")}
        testId={`${testId}-purpose`}
        options={(["marketing", "service"] as const).map((purpose) => ({
          value: purpose,
          label: t(`rules.purpose.${purpose}`),
        }))}
        onChange={(purpose) => onChange({ ...value, purpose })}
      />
    </div>
  );
}

/** A stable percentage of people: [from, to). */
export function BucketLeaf({ value, onChange, testId }: LeafProps<BucketRule>) {
  const { t } = useTranslation();
  const edge = (name: "from" | "to") => (
    <InputNumber
      min={0}
      max={100}
      value={value[name]}
      aria-label={t(`fields.${name}`)}
      data-testid={`${testId}-${name}`}
      suffix="%"
      onChange={(next) => onChange({ ...value, [name]: next ?? 0 })}
    />
  );
  return (
    <>
      <NameInput
        value={value.salt}
        label={t("rules.salt")}
        testId={`${testId}-salt`}
        onChange={(salt) => onChange({ ...value, salt })}
      />
      <div className="row">
        {edge("from")}
        <span>–</span>
        {edge("to")}
      </div>
    </>
  );
}
