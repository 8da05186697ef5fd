import { Checkbox, Switch } from "antd";
import { useTranslation } from "react-i18next";
import { ClockInput } from "../../fields/ClockInput";
import { DurationInput } from "../../fields/DurationInput";
import { Field } from "../../fields/Field";
import { ZoneSelect } from "../../fields/ZoneSelect";
import type { PanelProps } from "../kind";
import type { WaitConfig, Window } from "./definition";

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];
const DAYTIME: Window = { days: EVERY_DAY, from: "09:00", to: "21:00" };

export function Panel({ config, onChange }: PanelProps<WaitConfig>) {
  const { t } = useTranslation();
  const { for: span, window, timezone, ...others } = config;
  const put = (part: Partial<WaitConfig>) => {
    const next = { ...config, ...part };
    onChange(Object.fromEntries(Object.entries(next).filter(([, value]) => value !== undefined)));
  };
  const hours = window && { ...DAYTIME, ...window };
  return (
    <>
      <Field
        label={t("node.wait.for")}
        hint={t("node.wait.forHint")}
        extra={
          <Switch
            size="small"
            checked={span !== undefined}
            aria-label={t("node.wait.for")}
            data-testid="wait-for-on"
            onChange={(on) => put({ for: on ? "P1D" : undefined })}
          />
        }
      >
        {span !== undefined && (
          <DurationInput
            value={span}
            label={t("node.wait.for")}
            testId="wait-for"
            onChange={(next) => put({ for: next })}
          />
        )}
      </Field>
      <Field
        label={t("node.wait.window")}
        hint={t("node.wait.windowHint")}
        extra={
          <Switch
            size="small"
            checked={window !== undefined}
            aria-label={t("node.wait.window")}
            data-testid="wait-window-on"
            onChange={(on) => put({ window: on ? DAYTIME : undefined })}
          />
        }
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
      </Field>
      <Field label={t("fields.timezone")} hint={t("node.wait.zoneHint")}>
        <ZoneSelect
          value={timezone}
          inherit={t("fields.inheritZone")}
          testId="wait-zone"
          onChange={(next) => put({ timezone: next })}
        />
      </Field>
      {Object.keys(others).length > 0 && <pre className="rule-raw">{JSON.stringify(others, null, 1)}</pre>}
    </>
  );
}
