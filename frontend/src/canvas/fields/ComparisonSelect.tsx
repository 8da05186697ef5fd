import { Select } from "antd";
import { useTranslation } from "react-i18next";
import { COMPARISONS, type Comparison } from "../core/rules";

interface Props {
  value: Comparison;
  onChange: (value: Comparison) => void;
  testId: string;
}

export function ComparisonSelect({ value, onChange, testId }: Props) {
  const { t } = useTranslation();
  return (
    <Select
      className="comparison"
      popupMatchSelectWidth={false}
      value={value}
      onChange={onChange}
      aria-label={t("fields.comparison")}
      data-testid={testId}
      options={COMPARISONS.map((cmp) => ({ value: cmp, label: t(`rules.cmp.${cmp}`) }))}
    />
  );
}
