import { Input, Radio } from "antd";
import { useTranslation } from "react-i18next";
import { EventName } from "../../fields/EventName";
import { Field } from "../../fields/Field";
import { FilterList } from "../../fields/FilterList";
import type { PanelProps } from "../kind";
import type { TriggerConfig } from "./definition";

export function Panel({ config, onChange }: PanelProps<TriggerConfig>) {
  const { t } = useTranslation();
  return (
    <>
      <Field label={t("node.trigger.kind")} hint={t(`node.trigger.hint.${config.kind ?? "api"}`)}>
        <Radio.Group
          block
          optionType="button"
          buttonStyle="solid"
          value={config.kind}
          data-testid="trigger-kind"
          options={(["event", "api"] as const).map((kind) => ({ value: kind, label: t(`node.trigger.kinds.${kind}`) }))}
          onChange={(event) =>
            onChange(event.target.value === "api" ? { kind: "api" } : { kind: "event", event: "", where: [] })
          }
        />
      </Field>
      {config.kind === "event" && (
        <>
          <Field label={t("fields.event")}>
            <EventName
              value={config.event}
              testId="trigger-event"
              onChange={(event) => onChange({ ...config, event })}
            />
          </Field>
          <Field label={t("fields.where")} hint={t("fields.whereHint")}>
            <FilterList
              value={config.where}
              testId="trigger-where"
              onChange={(where) => onChange({ ...config, where })}
            />
          </Field>
          <Field label={t("fields.correlation")} hint={t("node.trigger.keyHint")}>
            <Input
              value={config.key ?? ""}
              placeholder="order_id"
              aria-label={t("fields.correlation")}
              data-testid="trigger-key"
              onChange={({ target }) => {
                const { key: _, ...rest } = config;
                onChange(target.value ? { ...rest, key: target.value } : rest);
              }}
            />
          </Field>
        </>
      )}
    </>
  );
}
