import { Input } from "antd";

interface Props {
  value: string | undefined;
  onChange: (value: string) => void;
  /** The text as it is left. */
  onDone?: (value: string) => void;
  label: string;
  testId: string;
  placeholder?: string;
  mono?: boolean;
}

/** A longer text that may take values of the person and the entry with Liquid. */
export function LiquidArea({ value, onChange, onDone, label, testId, placeholder, mono }: Props) {
  return (
    <Input.TextArea
      className={mono ? "mono" : undefined}
      autoSize={{ minRows: 3, maxRows: 12 }}
      value={value ?? ""}
      placeholder={placeholder}
      aria-label={label}
      data-testid={testId}
      onChange={({ target }) => onChange(target.value)}
      onBlur={({ target }) => onDone?.(target.value)}
    />
  );
}
