import { Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { type Comparison, readScalar, type Value, valueShape } from "../core/rules";
import { DurationInput } from "./DurationInput";

interface Props {
  cmp: Comparison;
  value: Value | undefined;
  onChange: (value: Value) => void;
  testId: string;
}

/** The right side of a comparison, in the shape that the comparison takes. */
export function ValueInput({ cmp, value, onChange, testId }: Props) {
  const { t } = useTranslation();
  const label = t("fields.value");
  switch (valueShape(cmp)) {
    case "none":
      return null;
    case "list":
      return (
        <Select
          className="grow"
          mode="tags"
          open={false}
          suffixIcon={null}
          tokenSeparators={[",", "，", "、", "\n"]}
          placeholder={t("fields.values")}
          aria-label={label}
          data-testid={testId}
          value={Array.isArray(value) ? value.map(String) : []}
          onChange={(texts: string[]) => onChange(texts.map(readScalar))}
        />
      );
    case "duration":
      return (
        <DurationInput
          value={typeof value === "string" ? value : undefined}
          onChange={onChange}
          label={label}
          testId={testId}
        />
      );
    case "single":
      return (
        <Input
          className="grow"
          placeholder={label}
          aria-label={label}
          data-testid={testId}
          value={value === undefined ? "" : String(value)}
          onChange={(event) => onChange(readTyped(event.target.value))}
        />
      );
  }
}

/** While a number is being typed ("1." or "1.50") it stays text, so that no digit disappears under the cursor. */
function readTyped(text: string): Value {
  const scalar = readScalar(text);
  return typeof scalar === "number" && String(scalar) !== text ? text : scalar;
}
