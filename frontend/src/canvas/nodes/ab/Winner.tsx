import { InputNumber, Select } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Goal } from "../../core/graph";
import { DurationInput } from "../../fields/DurationInput";
import type { Variant, Winner } from "./definition";

/** Decided after two weeks by the primary goal; undecided, the control goes on. */
export function newWinner(variants: readonly Variant[], goals: readonly Goal[], control?: string): Winner {
  return {
    after: "P14D",
    min_people: 1000,
    goal: (goals.find((goal) => goal.primary) ?? goals[0])?.id ?? "",
    confidence: 0.95,
    fallback: control ?? variants[0]?.id ?? "",
  };
}

interface Props {
  value: Winner;
  variants: readonly Variant[];
  goals: readonly Goal[];
  onChange: (value: Winner) => void;
}

export function WinnerFields({ value, variants, goals, onChange }: Props) {
  const { t } = useTranslation();
  const put = (part: Partial<Winner>) => onChange({ ...value, ...part });
  return (
    <div className="sub-card">
      <Line label={t("node.ab.after")}>
        <DurationInput
          value={value.after}
          label={t("node.ab.after")}
          testId="ab-winner-after"
          onChange={(after) => put({ after })}
        />
      </Line>
      <Line label={t("node.ab.minPeople")}>
        <InputNumber
          min={1}
          precision={0}
          value={value.min_people}
          aria-label={t("node.ab.minPeople")}
          data-testid="ab-winner-min-people"
          onChange={(people) => put({ min_people: people ?? 1 })}
        />
      </Line>
      <Line label={t("node.ab.byGoal")}>
        <Select
          className="grow"
          value={value.goal || undefined}
          placeholder={t("node.goal.choose")}
          notFoundContent={t("node.goal.none")}
          aria-label={t("node.ab.byGoal")}
          data-testid="ab-winner-goal"
          options={goals.map(({ id, name }) => ({ value: id, label: name || id }))}
          onChange={(goal) => put({ goal })}
        />
      </Line>
      <Line label={t("node.ab.confidence")}>
        <InputNumber
          className="weight"
          min={51}
          max={99.9}
          step={1}
          suffix="%"
          value={Math.round(value.confidence * 1000) / 10}
          aria-label={t("node.ab.confidence")}
          data-testid="ab-winner-confidence"
          onChange={(percent) => put({ confidence: Math.round((percent ?? 95) * 10) / 1000 })}
        />
      </Line>
      <Line label={t("node.ab.fallback")}>
        <Select
          className="grow"
          value={value.fallback || undefined}
          aria-label={t("node.ab.fallback")}
          data-testid="ab-winner-fallback"
          options={variants.map(({ id, name }) => ({ value: id, label: name || id }))}
          onChange={(fallback) => put({ fallback })}
        />
      </Line>
    </div>
  );
}

function Line({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="row wrap">
      <span className="line-label">{label}</span>
      {children}
    </div>
  );
}
