import { Input, InputNumber, Select, Switch } from "antd";
import { useTranslation } from "react-i18next";
import { type Comparison, MEASURES } from "../core/rules";
import { DurationInput } from "./DurationInput";

interface TextProps {
  value: string;
  onChange: (value: string) => void;
  label: string;
  testId: string;
}

/** A name that is typed. */
export function NameInput({ value, onChange, label, testId }: TextProps) {
  return (
    <Input
      className="grow"
      placeholder={label}
      aria-label={label}
      data-testid={testId}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

interface PickProps<T extends string> {
  value: T;
  onChange: (value: T) => void;
  options: readonly { value: T; label: string }[];
  label: string;
  testId: string;
}

/** One of a few. */
export function Pick<T extends string>({ value, onChange, options, label, testId }: PickProps<T>) {
  return (
    <Select<T>
      className="grow"
      value={value}
      aria-label={label}
      data-testid={testId}
      popupMatchSelectWidth={false}
      options={[...options]}
      onChange={onChange}
    />
  );
}

interface MeasureProps {
  cmp: Comparison | undefined;
  value: number | undefined;
  onChange: (change: { cmp?: Comparison; value?: number }) => void;
  label: string;
  testId: string;
  whole?: boolean;
}

/** A number that is worked out, compared with one that is typed. */
export function Measure({ cmp, value, onChange, label, testId, whole }: MeasureProps) {
  const { t } = useTranslation();
  return (
    <div className="row">
      <span>{label}</span>
      <Pick
        value={(cmp ?? "gte") as (typeof MEASURES)[number]}
        label={t("fields.comparison")}
        testId={`${testId}-cmp`}
        options={MEASURES.map((one) => ({ value: one, label: t(`rules.cmp.${one}`) }))}
        onChange={(next) => onChange({ cmp: next })}
      />
      <InputNumber
        min={whole ? 0 : undefined}
        precision={whole ? 0 : undefined}
        value={Number(value ?? 1)}
        aria-label={label}
        data-testid={`${testId}-count`}
        onChange={(next) => onChange({ value: next ?? 0 })}
      />
    </div>
  );
}

interface SpanProps {
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  label: string;
  testId: string;
}

/** A window that a switch puts in or takes out. */
export function SpanSwitch({ value, onChange, label, testId }: SpanProps) {
  return (
    <div className="row">
      <Switch
        size="small"
        checked={value !== undefined}
        aria-label={label}
        data-testid={`${testId}-on`}
        onChange={(on) => onChange(on ? "P30D" : undefined)}
      />
      <span>{label}</span>
      {value !== undefined && <DurationInput value={value} label={label} testId={testId} onChange={onChange} />}
    </div>
  );
}
