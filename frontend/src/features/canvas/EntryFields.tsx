import { InputNumber, Select, Switch } from "antd";
import { useTranslation } from "react-i18next";
import type { Settings } from "@/canvas/core/graph";
import { newRule, type Rule } from "@/canvas/core/rules";
import { DurationInput } from "@/canvas/fields/DurationInput";
import { Field } from "@/canvas/fields/Field";
import { InstantInput } from "@/canvas/fields/InstantInput";
import { OptionalField } from "@/canvas/fields/OptionalField";
import { RuleBuilder } from "@/canvas/fields/RuleBuilder";
import { RuleCount } from "@/canvas/fields/RuleCount";

type Entry = NonNullable<Settings["entry"]>;

/** Who comes in: by which rule, how often, how many, and from when to when. */
export function EntryFields({ entry, onChange }: { entry: Entry; onChange: (entry: Entry) => void }) {
  const { t } = useTranslation();
  const reentry = entry.reentry ?? { mode: "never" as const };
  const rule: Rule | null = entry.rule ?? null;
  return (
    <>
      <OptionalField
        label={t("settings.entryRule")}
        hint={t("settings.entryRuleHint")}
        on={rule !== null}
        testId="entry-rule"
        onToggle={(on) => onChange({ ...entry, rule: on ? newRule("attribute") : null })}
      >
        {rule && (
          <>
            <RuleBuilder value={rule} testId="entry-rule" onChange={(next) => onChange({ ...entry, rule: next })} />
            <RuleCount rule={rule} testId="entry-rule" />
          </>
        )}
      </OptionalField>
      <Field label={t("settings.reentry")} hint={t(`settings.reentryHint.${reentry.mode}`)}>
        <Select
          className="wide"
          value={reentry.mode}
          aria-label={t("settings.reentry")}
          data-testid="reentry"
          options={(["never", "after_exit", "always"] as const).map((mode) => ({
            value: mode,
            label: t(`settings.reentries.${mode}`),
          }))}
          onChange={(mode) => onChange({ ...entry, reentry: mode === "never" ? { mode } : { ...reentry, mode } })}
        />
        {reentry.mode !== "never" && (
          <div className="row wrap">
            <Switch
              size="small"
              checked={reentry.interval !== undefined}
              aria-label={t("settings.interval")}
              data-testid="reentry-interval-on"
              onChange={(on) =>
                onChange({ ...entry, reentry: on ? { ...reentry, interval: "P7D" } : { mode: reentry.mode } })
              }
            />
            <span>{t("settings.interval")}</span>
            {reentry.interval !== undefined && (
              <DurationInput
                value={reentry.interval}
                label={t("settings.interval")}
                testId="reentry-interval"
                onChange={(interval) => onChange({ ...entry, reentry: { ...reentry, interval } })}
              />
            )}
          </div>
        )}
      </Field>
      <Field label={t("settings.limits")} hint={t("settings.limitsHint")}>
        <div className="row">
          {(["total", "per_day"] as const).map((key) => (
            <InputNumber
              key={key}
              className="grow"
              min={0}
              precision={0}
              prefix={<span className="soft">{t(`settings.limit.${key}`)}</span>}
              value={entry.limit?.[key] ?? 0}
              aria-label={t(`settings.limit.${key}`)}
              data-testid={`limit-${key}`}
              onChange={(value) => onChange({ ...entry, limit: { ...entry.limit, [key]: value ?? 0 } })}
            />
          ))}
        </div>
      </Field>
      {(["starts_at", "ends_at"] as const).map((when) => (
        <Field key={when} label={t(`settings.${when}`)} hint={t(`settings.${when}Hint`)}>
          <InstantInput
            value={entry[when]}
            label={t(`settings.${when}`)}
            testId={`entry-${when}`}
            onChange={(at) => onChange({ ...entry, [when]: at })}
          />
        </Field>
      ))}
    </>
  );
}
