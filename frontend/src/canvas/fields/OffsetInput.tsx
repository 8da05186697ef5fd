import { Select } from "antd";
import { useTranslation } from "react-i18next";
import { readOffset, type Unit, writeOffset } from "../core/duration";
import { DurationInput } from "./DurationInput";

interface Props {
  value: string | undefined;
  /** Undefined for "at that very time". */
  onChange: (value: string | undefined) => void;
  label: string;
  testId: string;
  units?: readonly Unit[];
}

const SIDES = ["at", "before", "after"] as const;

/** A time before or after a date: "-P3D" is three days before it. */
export function OffsetInput({ value, onChange, label, testId, units }: Props) {
  const { t } = useTranslation();
  const { side, duration } = readOffset(value);
  return (
    <div className="row wrap">
      <Select
        className="offset-side"
        value={side}
        aria-label={label}
        data-testid={`${testId}-side`}
        options={SIDES.map((each) => ({ value: each, label: t(`fields.offset.${each}`) }))}
        onChange={(next) => onChange(writeOffset({ side: next, duration: side === "at" ? "P1D" : duration }))}
      />
      {side !== "at" && (
        <DurationInput
          value={duration}
          label={label}
          testId={testId}
          units={units}
          onChange={(next) => onChange(writeOffset({ side, duration: next }))}
        />
      )}
    </div>
  );
}
