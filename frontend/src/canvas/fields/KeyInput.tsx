import { Input } from "antd";
import { useTranslation } from "react-i18next";

interface Props {
  value: string | undefined;
  /** Undefined when emptied: without a key nothing is correlated. */
  onChange: (value: string | undefined) => void;
  testId: string;
  /** Names the field inside the input, where no legend above does. */
  named?: boolean;
}

/** The property whose value ties later events to this entry, such as the number of an order. */
export function KeyInput({ value, onChange, testId, named }: Props) {
  const { t } = useTranslation();
  return (
    <Input
      value={value ?? ""}
      prefix={named && <span className="soft">{t("fields.correlation")}</span>}
      placeholder="order_id"
      aria-label={t("fields.correlation")}
      data-testid={testId}
      onChange={({ target }) => onChange(target.value || undefined)}
    />
  );
}
