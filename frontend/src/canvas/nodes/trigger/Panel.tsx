import { Radio } from "antd";
import type { ComponentType } from "react";
import { useTranslation } from "react-i18next";
import { Field } from "../../fields/Field";
import type { PanelProps } from "../kind";
import { DateFields } from "./DateFields";
import { fresh, TRIGGERS, type TriggerConfig, type TriggerKind } from "./definition";
import { EventFields } from "./EventFields";
import { ScheduleFields } from "./ScheduleFields";
import { SegmentFields } from "./SegmentFields";

const FIELDS: Partial<Record<TriggerKind, ComponentType<PanelProps<TriggerConfig>>>> = {
  event: EventFields,
  segment: SegmentFields,
  schedule: ScheduleFields,
  date: DateFields,
};

export function Panel({ config, onChange }: PanelProps<TriggerConfig>) {
  const { t } = useTranslation();
  const kind = config.kind ?? "api";
  const Fields = FIELDS[kind];
  return (
    <>
      <Field name="kind" label={t("node.trigger.kind")} hint={t(`node.trigger.hint.${kind}`)}>
        <Radio.Group
          block
          className="tight"
          optionType="button"
          buttonStyle="solid"
          value={kind}
          data-testid="trigger-kind"
          options={TRIGGERS.map((each) => ({ value: each, label: t(`node.trigger.kinds.${each}`) }))}
          onChange={({ target }) => onChange(fresh(target.value))}
        />
      </Field>
      {Fields && <Fields config={config} onChange={onChange} />}
    </>
  );
}
