import { InputNumber, Radio, Select, Switch } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Settings } from "@/canvas/core/graph";
import { newRule, type Rule } from "@/canvas/core/rules";
import { ClockInput } from "@/canvas/fields/ClockInput";
import { DurationInput } from "@/canvas/fields/DurationInput";
import { Field } from "@/canvas/fields/Field";
import { RuleBuilder } from "@/canvas/fields/RuleBuilder";
import { ZoneSelect } from "@/canvas/fields/ZoneSelect";
import { graphStore, useGraph } from "@/canvas/store/graphStore";
import { DockFrame } from "./DockFrame";
import { ExitRules } from "./ExitRules";
import { Goals } from "./Goals";

const NIGHT = { from: "21:00", to: "08:00", policy: "hold" } as const;

export default function SettingsPanel({ readOnly }: { readOnly: boolean }) {
  const { t } = useTranslation();
  const settings = useGraph((state) => state.graph.settings);
  const put = (part: Partial<Settings>) => {
    const next = { ...settings, ...part };
    graphStore
      .getState()
      .setSettings(Object.fromEntries(Object.entries(next).filter(([, value]) => value !== undefined)));
  };
  const { entry = {}, goals = [], exit_rules: exitRules = [], quiet_hours: quiet } = settings;
  return (
    <DockFrame title={t("settings.title")} testId="settings-panel">
      <fieldset className="plain" inert={readOnly}>
        <Section title={t("settings.goals")} hint={t("settings.goalsHint")}>
          <Goals value={goals} onChange={(next) => put({ goals: next })} />
        </Section>
        <Section title={t("settings.entry")}>
          <EntryFields entry={entry} onChange={(next) => put({ entry: next })} />
        </Section>
        <Section title={t("settings.exitRules")} hint={t("settings.exitRulesHint")}>
          <ExitRules value={exitRules} onChange={(next) => put({ exit_rules: next })} />
        </Section>
        <Section title={t("settings.sending")}>
          <Field
            label={t("settings.quiet")}
            hint={t("settings.quietHint")}
            extra={
              <Switch
                size="small"
                checked={quiet !== undefined}
                aria-label={t("settings.quiet")}
                data-testid="quiet-on"
                onChange={(on) => put({ quiet_hours: on ? NIGHT : undefined })}
              />
            }
          >
            {quiet && (
              <>
                <div className="row">
                  <ClockInput
                    value={quiet.from}
                    label={t("fields.from")}
                    testId="quiet-from"
                    onChange={(from) => put({ quiet_hours: { ...quiet, from } })}
                  />
                  <span>–</span>
                  <ClockInput
                    value={quiet.to}
                    label={t("fields.to")}
                    testId="quiet-to"
                    onChange={(to) => put({ quiet_hours: { ...quiet, to } })}
                  />
                </div>
                <Radio.Group
                  block
                  optionType="button"
                  value={quiet.policy}
                  data-testid="quiet-policy"
                  options={(["hold", "skip"] as const).map((value) => ({
                    value,
                    label: t(`settings.policy.${value}`),
                  }))}
                  onChange={(event) => put({ quiet_hours: { ...quiet, policy: event.target.value } })}
                />
              </>
            )}
          </Field>
          <Field label={t("fields.timezone")} hint={t("settings.zoneHint")}>
            <ZoneSelect
              value={settings.timezone ?? "profile"}
              testId="settings-zone"
              onChange={(timezone) => put({ timezone })}
            />
          </Field>
        </Section>
        <Section title={t("settings.running")}>
          <Field label={t("settings.execution")} hint={t(`settings.executionHint.${settings.execution ?? "lanes"}`)}>
            <Radio.Group
              block
              optionType="button"
              value={settings.execution ?? "lanes"}
              data-testid="settings-execution"
              options={(["lanes", "per_person"] as const).map((value) => ({
                value,
                label: t(`settings.executions.${value}`),
              }))}
              onChange={(event) => put({ execution: event.target.value })}
            />
          </Field>
        </Section>
      </fieldset>
    </DockFrame>
  );
}

function Section({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) {
  return (
    <section className="section">
      <h3>{title}</h3>
      {hint && <p className="field-hint">{hint}</p>}
      {children}
    </section>
  );
}

type Entry = NonNullable<Settings["entry"]>;

function EntryFields({ entry, onChange }: { entry: Entry; onChange: (entry: Entry) => void }) {
  const { t } = useTranslation();
  const reentry = entry.reentry ?? { mode: "never" as const };
  const rule: Rule | null = entry.rule ?? null;
  return (
    <>
      <Field
        label={t("settings.entryRule")}
        hint={t("settings.entryRuleHint")}
        extra={
          <Switch
            size="small"
            checked={rule !== null}
            aria-label={t("settings.entryRule")}
            data-testid="entry-rule-on"
            onChange={(on) => onChange({ ...entry, rule: on ? newRule("attribute") : null })}
          />
        }
      >
        {rule && (
          <RuleBuilder value={rule} testId="entry-rule" onChange={(next) => onChange({ ...entry, rule: next })} />
        )}
      </Field>
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
    </>
  );
}
