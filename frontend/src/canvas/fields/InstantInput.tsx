import { Input } from "antd";
import { useFormat } from "@/format/useFormat";
import { instantIn, localIn } from "@/format/zoned";

interface Props {
  value: string | null | undefined;
  /** Null when the field is emptied. */
  onChange: (value: string | null) => void;
  label: string;
  testId: string;
}

/** An instant, typed as a wall-clock time of the workspace's zone and written with its offset. */
export function InstantInput({ value, onChange, label, testId }: Props) {
  const { zone } = useFormat();
  return (
    <Input
      type="datetime-local"
      value={localIn(value, zone)}
      aria-label={label}
      data-testid={testId}
      suffix={<span className="soft">{zone}</span>}
      onChange={({ target }) => onChange(target.value ? instantIn(target.value, zone) : null)}
    />
  );
}
