import { Checkbox } from "antd";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/format/useFormat";
import { instantIn, tomorrowAtTen } from "@/format/zoned";
import { compact } from "../../core/config";
import { ClockInput } from "../../fields/ClockInput";
import { DurationInput } from "../../fields/DurationInput";
import { Field } from "../../fields/Field";
import { InstantInput } from "../../fields/InstantInput";
import { OptionalField } from "../../fields/OptionalField";
import { ZoneSelect } from "../../fields/ZoneSelect";
import type { PanelProps } from "../kind";
import type { WaitConfig, Window } from "./definition";
import { UntilAttributeFields } from "./UntilAttribute";

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];
const DAYTIME: Window = { days: EVERY_DAY, from: "09:00", to: "21:00" };

export function Panel({ config, onChange }: PanelProps<WaitConfig>) {
  const { t } = useTranslation();
  const { zone } = useFormat();
  const { for: span, until, until_attribute: attribute, window, timezone } = config;
  const put = (part: Partial<WaitConfig>) => onChange(compact({ ...config, ...part }));
  const hours = window && { ...DAYTIME, ...window };
  return (
    <>
      <OptionalField
        label={t("node.wait.for")}
        hint={t("node.wait.forHint")}
        on={span !== undefined}
        testId="wait-for"
        name="for"
        onToggle={(on) => put({ for: on ? "P1D" : undefined })}
      >
        <DurationInput
          value={span}
          label={t("node.wait.for")}
          testId="wait-for"
          onChange={(next) => put({ for: next })}
        />
      </OptionalField>
      <OptionalField
        label={t("node.wait.until")}
        hint={t("node.wait.untilHint")}
        on={until !== undefined}
        testId="wait-until"
        name="until"
        onToggle={(on) => put({ until: on ? instantIn(tomorrowAtTen(new Date(), zone), zone) : undefined })}
      >
        <InstantInput
          value={until}
          label={t("node.wait.until")}
          testId="wait-until"
          onChange={(next) => next && put({ until: next })}
        />
      </OptionalField>
      <OptionalField
        label={t("node.wait.attribute")}
        hint={t("node.wait.attributeHint")}
        on={attribute !== undefined}
        testId="wait-attribute"
        name="until_attribute"
        onToggle={(on) => put({ until_attribute: on ? { key: "", if_past: "continue" } : undefined })}
      >
        {attribute && <UntilAttributeFields value={attribute} onChange={(next) => put({ until_attribute: next })} />}
      </OptionalField>
      <OptionalField
        label={t("node.wait.window")}
        hint={t("node.wait.windowHint")}
        on={window !== undefined}
        testId="wait-window"
        name="window"
        onToggle={(on) => put({ window: on ? DAYTIME : undefined })}
      >
        {hours && (
          <>
            <div className="row">
              <ClockInput
                value={hours.from}
                label={t("fields.from")}
                testId="wait-from"
                onChange={(from) => put({ window: { ...hours, from } })}
              />
              <span>–</span>
              <ClockInput
                value={hours.to}
                label={t("fields.to")}
                testId="wait-to"
                onChange={(to) => put({ window: { ...hours, to } })}
              />
            </div>
            <Checkbox.Group
              className="days"
              value={hours.days}
              data-testid="wait-days"
              options={EVERY_DAY.map((day) => ({ value: day, label: t(`words.day.${day}`) }))}
              onChange={(days) => put({ window: { ...hours, days: days.toSorted((a, b) => a - b) } })}
            />
          </>
        )}
      </OptionalField>
      <Field name="timezone" label={t("fields.timezone")} hint={t("node.wait.zoneHint")}>
        <ZoneSelect
          value={timezone}
          inherit={t("fields.inheritZone")}
          testId="wait-zone"
          onChange={(next) => put({ timezone: next })}
        />
      </Field>
    </>
  );
}
