import { Input, Radio, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/format/useFormat";
import { instantIn, tomorrowAtTen } from "@/format/zoned";
import { compact } from "../../core/config";
import { Field } from "../../fields/Field";
import { InstantInput } from "../../fields/InstantInput";
import { SegmentSelect } from "../../fields/SegmentSelect";
import { ZoneSelect } from "../../fields/ZoneSelect";
import type { PanelProps } from "../kind";
import type { TriggerConfig } from "./definition";

/** Schedules that operators ask for most; any other is typed. */
const COMMON = { daily: "0 10 * * *", weekdays: "0 10 * * 1-5", weekly: "0 10 * * 1", monthly: "0 10 1 * *" } as const;

export function ScheduleFields({ config, onChange }: PanelProps<TriggerConfig>) {
  const { t } = useTranslation();
  const { zone } = useFormat();
  const once = config.at !== undefined;
  const { at: _, cron: __, ...others } = config;
  return (
    <>
      <Field name="segment" label={t("fields.segment")} hint={t("node.trigger.audienceHint")}>
        <SegmentSelect
          value={config.segment}
          testId="trigger-segment"
          onChange={(segment) => onChange({ ...config, segment: segment ?? "" })}
        />
      </Field>
      <Field name={["at", "cron"]} label={t("node.trigger.when")} hint={once ? undefined : t("node.trigger.cronHint")}>
        <Radio.Group
          block
          optionType="button"
          value={once ? "at" : "cron"}
          data-testid="trigger-repeat"
          options={(["at", "cron"] as const).map((value) => ({ value, label: t(`node.trigger.repeats.${value}`) }))}
          onChange={({ target }) =>
            onChange(
              target.value === "at"
                ? { ...others, at: instantIn(tomorrowAtTen(new Date(), zone), zone) }
                : { ...others, cron: COMMON.daily },
            )
          }
        />
        {once ? (
          <InstantInput
            value={config.at}
            label={t("node.trigger.when")}
            testId="trigger-at"
            onChange={(at) => at && onChange({ ...config, at })}
          />
        ) : (
          <>
            <Select
              className="wide"
              value={Object.values<string>(COMMON).includes(config.cron ?? "") ? config.cron : null}
              placeholder={t("node.trigger.ownCron")}
              aria-label={t("node.trigger.common")}
              data-testid="trigger-common"
              options={Object.entries(COMMON).map(([name, value]) => ({
                value,
                label: t(`node.trigger.crons.${name}`),
              }))}
              onChange={(cron) => onChange({ ...config, cron: cron ?? "" })}
            />
            <Input
              className="mono"
              value={config.cron ?? ""}
              prefix={<span className="soft">cron</span>}
              aria-label={t("node.trigger.cron")}
              data-testid="trigger-cron"
              onChange={({ target }) => onChange({ ...config, cron: target.value })}
            />
          </>
        )}
      </Field>
      {!once && (
        <Field name="timezone" label={t("fields.timezone")}>
          <ZoneSelect
            value={config.timezone}
            inherit={t("fields.inheritZone")}
            testId="trigger-zone"
            placed
            onChange={(timezone) => onChange(compact({ ...config, timezone }))}
          />
        </Field>
      )}
    </>
  );
}
