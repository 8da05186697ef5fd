import { useTranslation } from "react-i18next";
import { compact } from "../../core/config";
import { EventName } from "../../fields/EventName";
import { Field } from "../../fields/Field";
import { FilterList } from "../../fields/FilterList";
import { KeyInput } from "../../fields/KeyInput";
import type { PanelProps } from "../kind";
import type { TriggerConfig } from "./definition";

export function EventFields({ config, onChange }: PanelProps<TriggerConfig>) {
  const { t } = useTranslation();
  return (
    <>
      <Field name="event" label={t("fields.event")}>
        <EventName value={config.event} testId="trigger-event" onChange={(event) => onChange({ ...config, event })} />
      </Field>
      <Field name="where" label={t("fields.where")} hint={t("fields.whereHint")}>
        <FilterList
          event={config.event}
          value={config.where}
          testId="trigger-where"
          onChange={(where) => onChange({ ...config, where })}
        />
      </Field>
      <Field name="key" label={t("fields.correlation")} hint={t("node.trigger.keyHint")}>
        <KeyInput value={config.key} testId="trigger-key" onChange={(key) => onChange(compact({ ...config, key }))} />
      </Field>
    </>
  );
}
