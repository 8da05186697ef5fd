import { Input, InputNumber, Select, Switch } from "antd";
import { useTranslation } from "react-i18next";
import {
  type AttributeRule,
  type EventRule,
  type OtherRule,
  type SegmentRule,
  type TagRule,
  withComparison,
} from "../core/rules";
import { ComparisonSelect } from "./ComparisonSelect";
import { DurationInput } from "./DurationInput";
import { EventName } from "./EventName";
import { FilterList } from "./FilterList";
import { SegmentPick } from "./SegmentPick";
import { ValueInput } from "./ValueInput";

type Leaf = AttributeRule | TagRule | EventRule | SegmentRule | OtherRule;

interface Props<T> {
  value: T;
  onChange: (value: T) => void;
  testId: string;
}

export function RuleLeaf({ value, onChange, testId }: Props<Leaf>) {
  switch (value.op) {
    case "attribute":
      return <AttributeLeaf value={value} onChange={onChange} testId={testId} />;
    case "tag":
      return <TagLeaf value={value} onChange={onChange} testId={testId} />;
    case "event":
      return <EventLeaf value={value} onChange={onChange} testId={testId} />;
    case "segment":
      return (
        <SegmentPick
          value={value.id}
          testId={`${testId}-segment`}
          onChange={(id) => onChange({ ...value, id: id ?? "" })}
        />
      );
    default:
      return <pre className="rule-raw">{JSON.stringify(value, null, 1)}</pre>;
  }
}

function AttributeLeaf({ value, onChange, testId }: Props<AttributeRule>) {
  const { t } = useTranslation();
  return (
    <>
      <div className="row">
        <Input
          className="grow"
          placeholder={t("fields.attributeExample")}
          aria-label={t("fields.attribute")}
          data-testid={`${testId}-key`}
          value={value.key}
          onChange={(event) => onChange({ ...value, key: event.target.value })}
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

function TagLeaf({ value, onChange, testId }: Props<TagRule>) {
  const { t } = useTranslation();
  return (
    <Input
      placeholder={t("fields.tag")}
      aria-label={t("fields.tag")}
      data-testid={`${testId}-key`}
      value={value.key}
      onChange={(event) => onChange({ ...value, key: event.target.value })}
    />
  );
}

function EventLeaf({ value, onChange, testId }: Props<EventRule>) {
  const { t } = useTranslation();
  const { within, ...rest } = value;
  return (
    <>
      <EventName value={value.name} testId={`${testId}-name`} onChange={(name) => onChange({ ...value, name })} />
      <div className="row">
        <span>{t("rules.count")}</span>
        <Select
          className="grow"
          value={value.cmp ?? "gte"}
          aria-label={t("fields.comparison")}
          data-testid={`${testId}-cmp`}
          options={(["gte", "gt", "eq", "lte", "lt"] as const).map((cmp) => ({
            value: cmp,
            label: t(`rules.cmp.${cmp}`),
          }))}
          onChange={(cmp) => onChange({ ...value, cmp })}
        />
        <InputNumber
          min={0}
          precision={0}
          value={Number(value.value ?? 1)}
          aria-label={t("rules.count")}
          data-testid={`${testId}-count`}
          onChange={(count) => onChange({ ...value, value: count ?? 0 })}
        />
      </div>
      <div className="row">
        <Switch
          size="small"
          checked={within !== undefined}
          aria-label={t("rules.within")}
          data-testid={`${testId}-within-on`}
          onChange={(on) => onChange(on ? { ...value, within: "P30D" } : rest)}
        />
        <span>{t("rules.within")}</span>
        {within !== undefined && (
          <DurationInput
            value={within}
            label={t("rules.within")}
            testId={`${testId}-within`}
            onChange={(next) => onChange({ ...value, within: next })}
          />
        )}
      </div>
      <FilterList value={value.where} testId={`${testId}-where`} onChange={(where) => onChange({ ...value, where })} />
    </>
  );
}
