import { Select } from "antd";
import { useState } from "react";

interface Props {
  value: string;
  onChange: (value: string) => void;
  label: string;
  testId: string;
}

const HALF_HOURS = Array.from(
  { length: 49 },
  (_, index) => `${String(index >> 1).padStart(2, "0")}:${index % 2 ? "30" : "00"}`,
);
const CLOCK = /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/;

/** A time of day, "00:00" to "24:00"; any minute can be typed. */
export function ClockInput({ value, onChange, label, testId }: Props) {
  const [typed, setTyped] = useState("");
  const times = [...new Set([...HALF_HOURS, value, ...(CLOCK.test(typed) ? [typed] : [])])].sort();
  return (
    <Select
      className="clock"
      showSearch={{ onSearch: setTyped }}
      value={value}
      onChange={onChange}
      aria-label={label}
      data-testid={testId}
      options={times.map((time) => ({ value: time, label: time }))}
    />
  );
}
