import { Select } from "antd";
import { useTranslation } from "react-i18next";

interface Props {
  value: string[] | undefined;
  onChange: (value: string[]) => void;
  label: string;
  testId: string;
  placeholder?: string;
  /** Texts to choose from; others can be typed all the same. */
  offered?: readonly { value: string; label: string }[] | undefined;
}

/** A list of short texts, each ended with Enter. */
export function TagsInput({ value, onChange, label, testId, placeholder, offered = [] }: Props) {
  const { t } = useTranslation();
  return (
    <Select
      className="wide"
      mode="tags"
      {...(offered.length > 0 ? { options: [...offered] } : { open: false, suffixIcon: null })}
      tokenSeparators={[",", "，", "、", "\n"]}
      value={value ?? []}
      placeholder={placeholder ?? t("fields.values")}
      aria-label={label}
      data-testid={testId}
      onChange={(texts: string[]) => onChange(texts)}
    />
  );
}
