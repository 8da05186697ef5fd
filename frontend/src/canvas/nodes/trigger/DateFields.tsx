import { Checkbox } from "antd";
import { useTranslation } from "react-i18next";
import { compact } from "../../core/config";
import { ClockInput } from "../../fields/ClockInput";
import { AttributeName } from "../../fields/CompletedName";
import { Field } from "../../fields/Field";
import { OffsetInput } from "../../fields/OffsetInput";
import type { PanelProps } from "../kind";
import type { TriggerConfig } from "./definition";

/** The clock time is set beside it, so hours would only contradict it. */
const DAYS = ["months", "weeks", "days"] as const;

export function DateFields({ config, onChange }: PanelProps<TriggerConfig>) {
  const { t } = useTranslation();
  return (
    <>
      <Field name="attribute" label={t("fields.attribute")} hint={t("node.trigger.attributeHint")}>
        <AttributeName
          value={config.attribute}
          placeholder={t("fields.dateExample")}
          label={t("fields.attribute")}
          testId="trigger-attribute"
          onChange={(attribute) => onChange({ ...config, attribute })}
        />
        <Checkbox
          checked={config.yearly === true}
          data-testid="trigger-yearly"
          onChange={({ target }) => onChange({ ...config, yearly: target.checked })}
        >
          {t("node.trigger.yearly")}
        </Checkbox>
      </Field>
      <Field name={["offset", "time"]} label={t("node.trigger.when")} hint={t("node.trigger.dateHint")}>
        <OffsetInput
          value={config.offset}
          label={t("fields.offset.label")}
          testId="trigger-offset"
          units={DAYS}
          onChange={(offset) => onChange(compact({ ...config, offset }))}
        />
        <ClockInput
          value={config.time ?? "10:00"}
          label={t("node.trigger.time")}
          testId="trigger-time"
          onChange={(time) => onChange({ ...config, time })}
        />
      </Field>
    </>
  );
}
