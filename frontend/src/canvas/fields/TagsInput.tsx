import { Select } from "antd";
import { useTranslation } from "react-i18next";

interface Props {
  value: string[] | undefined;
  onChange: (value: string[]) => void;
  label: string;
  testId: string;
  placeholder?: string;
}

/** A list of short texts, each ended with Enter. */
export function TagsInput({ value, onChange, label, testId, placeholder }: Props) {
  const { t } = useTranslation();
  return (
    <Select
      className="wide"
      mode="tags"
      open={false}
      suffixIcon={null}
      tokenSeparators={[",", "，", "、", "\n"]}
      value={value ?? []}
      placeholder={placeholder ?? t("fields.values")}
      aria-label={label}
      data-testid={testId}
      onChange={(texts: string[]) => onChange(texts)}
    />
  );
}
