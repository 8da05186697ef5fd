import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useTranslation } from "react-i18next";
import { journeysQuery } from "@/api/queries";
import { Problem } from "@/app/Problem";
import { type JourneyRule, type MessageRule, OUTCOMES, STATUSES } from "../core/rules";
import { Measure, NameInput, Pick, SpanSwitch } from "./LeafFields";
import { CHANNELS } from "./PersonLeaves";
import type { LeafProps } from "./RuleLeaf";

/** The person is, or was, in a journey. */
export function JourneyLeaf({ value, onChange, testId }: LeafProps<JourneyRule>) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery(journeysQuery(undefined, ""));
  const rows = data?.results ?? [];
  const unknown = value.id && data && !rows.some((row) => row.id === value.id);
  return (
    <>
      {error && <Problem error={error} onRetry={refetch} />}
      <Select
        className="wide"
        showSearch={{ optionFilterProp: "label" }}
        loading={isPending}
        value={value.id || undefined}
        placeholder={t("rules.chooseJourney")}
        aria-label={t("rules.journey")}
        data-testid={`${testId}-journey`}
        options={[
          ...rows.map((row) => ({ value: row.id, label: row.name })),
          ...(unknown ? [{ value: value.id, label: value.id }] : []),
        ]}
        onChange={(id) => onChange({ ...value, id })}
      />
      <Pick
        value={value.status}
        label={t("rules.statusLabel")}
        testId={`${testId}-status`}
        options={STATUSES.map((status) => ({ value: status, label: t(`rules.status.${status}`) }))}
        onChange={(status) => onChange({ ...value, status })}
      />
      <SpanSwitch
        value={value.within}
        label={t("rules.within")}
        testId={`${testId}-within`}
        onChange={(within) => onChange({ ...value, within })}
      />
    </>
  );
}

/** How many messages came so far. */
export function MessageLeaf({ value, onChange, testId }: LeafProps<MessageRule>) {
  const { t } = useTranslation();
  const put = (change: Partial<MessageRule>) => onChange({ ...value, ...change });
  const outcomes = OUTCOMES.map((one) => ({ value: one as string, label: t(`rules.outcome.${one}`) }));
  return (
    <>
      <div className="row">
        <Pick
          value={value.channel ?? ""}
          label={t("rules.channel")}
          testId={`${testId}-channel`}
          options={[
            { value: "", label: t("rules.anyChannel") },
            ...CHANNELS.map((channel) => ({ value: channel as string, label: t(`channel.${channel}`) })),
          ]}
          onChange={(channel) => put({ channel: channel || undefined })}
        />
        <Pick
          value={value.outcome}
          label={t("rules.outcomeLabel")}
          testId={`${testId}-outcome`}
          options={
            outcomes.some((one) => one.value === value.outcome)
              ? outcomes
              : [...outcomes, { value: value.outcome, label: value.outcome }]
          }
          onChange={(outcome) => put({ outcome })}
        />
      </div>
      <NameInput
        value={value.template ?? ""}
        label={t("rules.template")}
        testId={`${testId}-template`}
        onChange={(template) => put({ template: template || undefined })}
      />
      <Measure cmp={value.cmp} value={value.value} label={t("rules.count")} whole testId={testId} onChange={put} />
      <SpanSwitch
        value={value.within}
        label={t("rules.within")}
        testId={`${testId}-within`}
        onChange={(within) => put({ within })}
      />
    </>
  );
}
