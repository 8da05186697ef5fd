import { Checkbox, Radio } from "antd";
import { useTranslation } from "react-i18next";
import { Field } from "../../fields/Field";
import { SegmentSelect } from "../../fields/SegmentSelect";
import type { PanelProps } from "../kind";
import type { TriggerConfig } from "./definition";

export function SegmentFields({ config, onChange }: PanelProps<TriggerConfig>) {
  const { t } = useTranslation();
  return (
    <>
      <Field name="segment" label={t("fields.segment")}>
        <SegmentSelect
          value={config.segment}
          testId="trigger-segment"
          onChange={(segment) => onChange({ ...config, segment: segment ?? "" })}
        />
      </Field>
      <Field name="on" label={t("node.trigger.on")}>
        <Radio.Group
          block
          optionType="button"
          value={config.on ?? "enter"}
          data-testid="trigger-on"
          options={(["enter", "leave"] as const).map((value) => ({ value, label: t(`node.trigger.ons.${value}`) }))}
          // Who has left before cannot be counted in later: only those inside now can be taken in at the start.
          onChange={({ target }) => onChange({ ...config, on: target.value, backfill: false })}
        />
        {config.on !== "leave" && (
          <Checkbox
            checked={config.backfill === true}
            data-testid="trigger-backfill"
            onChange={({ target }) => onChange({ ...config, backfill: target.checked })}
          >
            {t("node.trigger.backfill")}
          </Checkbox>
        )}
      </Field>
    </>
  );
}
