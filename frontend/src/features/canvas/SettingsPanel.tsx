import { InputNumber, Radio } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { compact } from "@/canvas/core/config";
import type { Settings } from "@/canvas/core/graph";
import { Field } from "@/canvas/fields/Field";
import { OptionalField } from "@/canvas/fields/OptionalField";
import { graphStore, useGraph } from "@/canvas/store/graphStore";
import { DockFrame } from "./DockFrame";
import { EntryFields } from "./EntryFields";
import { ExitRules } from "./ExitRules";
import { Goals } from "./Goals";
import { SendingFields } from "./SendingFields";

export default function SettingsPanel({ readOnly }: { readOnly: boolean }) {
  const { t } = useTranslation();
  const settings = useGraph((state) => state.graph.settings);
  const put = (part: Partial<Settings>) => graphStore.getState().setSettings(compact({ ...settings, ...part }));
  const { entry = {}, goals = [], exit_rules: exitRules = [] } = settings;
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
          <SendingFields settings={settings} onChange={put} />
        </Section>
        <Section title={t("settings.proof")}>
          <OptionalField
            label={t("settings.holdout")}
            hint={t("settings.holdoutHint")}
            on={settings.holdout !== undefined}
            testId="holdout"
            onToggle={(on) => put({ holdout: on ? { percent: 5 } : undefined })}
          >
            <InputNumber
              min={0}
              max={100}
              suffix="%"
              value={settings.holdout?.percent}
              aria-label={t("settings.holdout")}
              data-testid="holdout-percent"
              onChange={(percent) => put({ holdout: { percent: percent ?? 0 } })}
            />
          </OptionalField>
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
