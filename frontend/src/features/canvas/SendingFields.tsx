import { InputNumber, Radio } from "antd";
import { useTranslation } from "react-i18next";
import type { Settings } from "@/canvas/core/graph";
import { ClockInput } from "@/canvas/fields/ClockInput";
import { Field } from "@/canvas/fields/Field";
import { OptionalField } from "@/canvas/fields/OptionalField";
import { ZoneSelect } from "@/canvas/fields/ZoneSelect";

const NIGHT = { from: "21:00", to: "08:00", policy: "hold" } as const;
/** Where a journey that says nothing stands. */
const MIDDLE = 50;

interface Props {
  settings: Settings;
  onChange: (part: Partial<Settings>) => void;
}

/** When messages may go out, and which journey goes first when several want to message the same person. */
export function SendingFields({ settings, onChange }: Props) {
  const { t } = useTranslation();
  const { quiet_hours: quiet } = settings;
  return (
    <>
      <OptionalField
        label={t("settings.quiet")}
        hint={t("settings.quietHint")}
        on={quiet !== undefined}
        testId="quiet"
        onToggle={(on) => onChange({ quiet_hours: on ? NIGHT : undefined })}
      >
        {quiet && (
          <>
            <div className="row">
              <ClockInput
                value={quiet.from}
                label={t("fields.from")}
                testId="quiet-from"
                onChange={(from) => onChange({ quiet_hours: { ...quiet, from } })}
              />
              <span>–</span>
              <ClockInput
                value={quiet.to}
                label={t("fields.to")}
                testId="quiet-to"
                onChange={(to) => onChange({ quiet_hours: { ...quiet, to } })}
              />
            </div>
            <Radio.Group
              block
              optionType="button"
              value={quiet.policy}
              data-testid="quiet-policy"
              options={(["hold", "skip"] as const).map((value) => ({ value, label: t(`settings.policy.${value}`) }))}
              onChange={(event) => onChange({ quiet_hours: { ...quiet, policy: event.target.value } })}
            />
          </>
        )}
      </OptionalField>
      <Field label={t("settings.caps")} hint={t(`settings.capsHint.${settings.frequency_caps ?? "inherit"}`)}>
        <Radio.Group
          block
          optionType="button"
          value={settings.frequency_caps ?? "inherit"}
          data-testid="settings-caps"
          options={(["inherit", "ignore"] as const).map((value) => ({ value, label: t(`settings.cap.${value}`) }))}
          onChange={(event) => onChange({ frequency_caps: event.target.value })}
        />
      </Field>
      <Field label={t("settings.priority")} hint={t("settings.priorityHint")}>
        <InputNumber
          min={0}
          max={100}
          precision={0}
          value={settings.priority ?? MIDDLE}
          aria-label={t("settings.priority")}
          data-testid="settings-priority"
          onChange={(priority) => onChange({ priority: priority ?? MIDDLE })}
        />
      </Field>
      <Field label={t("fields.timezone")} hint={t("settings.zoneHint")}>
        <ZoneSelect
          value={settings.timezone ?? "profile"}
          testId="settings-zone"
          onChange={(timezone) => onChange({ timezone })}
        />
      </Field>
    </>
  );
}
