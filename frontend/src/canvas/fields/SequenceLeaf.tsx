import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Switch } from "antd";
import { useTranslation } from "react-i18next";
import type { SequenceRule, Step } from "../core/rules";
import { EventName } from "./EventName";
import { FilterList } from "./FilterList";
import { SpanSwitch } from "./LeafFields";
import type { LeafProps } from "./RuleLeaf";

const MOST_STEPS = 10;

/** Steps in order, and perhaps one that was not taken after the last. */
export function SequenceLeaf({ value, onChange, testId }: LeafProps<SequenceRule>) {
  const { t } = useTranslation();
  const { steps, absent, ...rest } = value;
  return (
    <>
      {steps.map((step, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a step has no identity but its place
        <div className="rule" key={index}>
          <div className="row">
            <span className="grow">{t("rules.step", { number: index + 1 })}</span>
            {steps.length > 1 && (
              <Button
                type="text"
                size="small"
                icon={<DeleteOutlined />}
                aria-label={t("fields.remove")}
                onClick={() => onChange({ ...value, steps: freed(steps.toSpliced(index, 1)) })}
              />
            )}
          </div>
          <StepFields
            value={step}
            testId={`${testId}-${index}`}
            isFirst={index === 0}
            onChange={(next) => onChange({ ...value, steps: steps.with(index, next) })}
          />
        </div>
      ))}
      {steps.length < MOST_STEPS && (
        <Button
          type="dashed"
          size="small"
          icon={<PlusOutlined />}
          data-testid={`${testId}-step`}
          onClick={() => onChange({ ...value, steps: [...steps, { name: "" }] })}
        >
          {t("rules.addStep")}
        </Button>
      )}
      <div className="row">
        <Switch
          size="small"
          checked={absent !== undefined}
          aria-label={t("rules.absent")}
          data-testid={`${testId}-absent-on`}
          onChange={(on) => onChange(on ? { ...value, absent: { name: "" } } : { ...rest, steps })}
        />
        <span>{t("rules.absent")}</span>
      </div>
      {absent && (
        <StepFields
          value={absent}
          testId={`${testId}-absent`}
          onChange={(next) => onChange({ ...value, absent: next })}
        />
      )}
    </>
  );
}

/** The first step follows none, so it has no time to follow in. */
function freed([first, ...later]: Step[]): Step[] {
  if (!first) return later;
  const { within, ...rest } = first;
  return [rest, ...later];
}

interface StepProps {
  value: Step;
  onChange: (value: Step) => void;
  testId: string;
  isFirst?: boolean;
}

function StepFields({ value, onChange, testId, isFirst }: StepProps) {
  const { t } = useTranslation();
  return (
    <>
      <EventName value={value.name} testId={`${testId}-name`} onChange={(name) => onChange({ ...value, name })} />
      {!isFirst && (
        <SpanSwitch
          value={value.within}
          label={t("rules.stepWithin")}
          testId={`${testId}-within`}
          onChange={(within) => onChange({ ...value, within })}
        />
      )}
      <FilterList
        event={value.name}
        value={value.where}
        testId={`${testId}-where`}
        onChange={(where) => onChange({ ...value, where })}
      />
    </>
  );
}
