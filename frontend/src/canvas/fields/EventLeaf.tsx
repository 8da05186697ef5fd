import { Switch } from "antd";
import { useTranslation } from "react-i18next";
import { AGGREGATES, type Aggregate, type EventRule, withQuestion } from "../core/rules";
import { EventName } from "./EventName";
import { FilterList } from "./FilterList";
import { InstantInput } from "./InstantInput";
import { Measure, NameInput, Pick, SpanSwitch } from "./LeafFields";
import type { LeafProps } from "./RuleLeaf";

const QUESTIONS = [...AGGREGATES, "first", "last"] as const;

/** How many events, how much, or what the first or last was like. */
export function EventLeaf({ value, onChange, testId }: LeafProps<EventRule>) {
  const { t } = useTranslation();
  const question: Aggregate | "first" | "last" = value.select ?? value.agg ?? "count";
  const put = (change: Partial<EventRule>) => onChange({ ...value, ...change });
  return (
    <>
      <EventName value={value.name} testId={`${testId}-name`} onChange={(name) => put({ name })} />
      <div className="row">
        <Pick
          value={question}
          label={t("rules.question")}
          testId={`${testId}-agg`}
          options={QUESTIONS.map((one) => ({ value: one, label: t(`rules.agg.${one}`) }))}
          onChange={(next) => onChange(withQuestion(value, next))}
        />
        {!value.select && question !== "count" && (
          <NameInput
            value={value.property ?? ""}
            label={t("fields.property")}
            testId={`${testId}-property`}
            onChange={(property) => put({ property })}
          />
        )}
      </div>
      {value.select ? (
        <FilterList event={value.name} value={value.has} testId={`${testId}-has`} onChange={(has) => put({ has })} />
      ) : (
        <Measure
          cmp={value.cmp}
          value={value.value}
          label={t(question === "count" ? "rules.count" : "fields.value")}
          whole={question === "count" || question === "distinct"}
          testId={testId}
          onChange={put}
        />
      )}
      <SpanSwitch
        value={value.within}
        label={t("rules.within")}
        testId={`${testId}-within`}
        onChange={(within) => put({ within })}
      />
      <Period value={value.between} testId={`${testId}-between`} onChange={(between) => put({ between })} />
      <div className="row">
        <Switch
          size="small"
          checked={value.since_enrollment === true}
          aria-label={t("rules.sinceEnrollment")}
          data-testid={`${testId}-since`}
          onChange={(on) => put({ since_enrollment: on || undefined })}
        />
        <span>{t("rules.sinceEnrollment")}</span>
      </div>
      <FilterList
        event={value.name}
        value={value.where}
        testId={`${testId}-where`}
        onChange={(where) => put({ where })}
      />
    </>
  );
}

interface PeriodProps {
  value: string[] | undefined;
  onChange: (value: string[] | undefined) => void;
  testId: string;
}

/** From one instant up to another, which is not in it. */
function Period({ value, onChange, testId }: PeriodProps) {
  const { t } = useTranslation();
  return (
    <>
      <div className="row">
        <Switch
          size="small"
          checked={value !== undefined}
          aria-label={t("rules.between")}
          data-testid={`${testId}-on`}
          onChange={(on) => onChange(on ? ["", ""] : undefined)}
        />
        <span>{t("rules.between")}</span>
      </div>
      {value?.map((instant, index) => (
        <InstantInput
          // biome-ignore lint/suspicious/noArrayIndexKey: the first is the beginning, the second the end
          key={index}
          value={instant}
          label={t(index ? "fields.to" : "fields.from")}
          testId={`${testId}-${index}`}
          onChange={(next) => onChange(value.with(index, next ?? ""))}
        />
      ))}
    </>
  );
}
