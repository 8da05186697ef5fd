import { InputNumber } from "antd";
import { DurationInput } from "@/canvas/fields/DurationInput";

interface GuessProps {
  percent: number;
  after: string;
  share: string;
  afterText: string;
  testId: string;
  onChange: (part: { percent?: number; after?: string }) => void;
}

/** A share, and how long after. */
export function Guess({ percent, after, share, afterText, testId, onChange }: GuessProps) {
  return (
    <>
      <div className="row">
        <span className="grow">{share}</span>
        <InputNumber
          className="weight"
          min={0}
          max={100}
          suffix="%"
          value={percent}
          aria-label={share}
          data-testid={`${testId}-percent`}
          onChange={(next) => onChange({ percent: next ?? 0 })}
        />
      </div>
      <div className="row wrap">
        <span className="grow">{afterText}</span>
        <DurationInput
          value={after}
          label={afterText}
          testId={`${testId}-after`}
          onChange={(next) => onChange({ after: next })}
        />
      </div>
    </>
  );
}
