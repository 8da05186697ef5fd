import { Empty } from "antd";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/format/useFormat";

interface Props {
  shares: Partial<Record<string, number>>;
  label: (key: string) => string;
  testId: string;
}

/** Numbers by state, each with its share of the whole. */
export function Shares({ shares, label, testId }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const rows = Object.entries(shares).flatMap(([key, number]) => (number ? [{ key, number }] : []));
  const whole = rows.reduce((sum, row) => sum + row.number, 0);
  if (whole === 0) return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("review.nothingYet")} />;
  return (
    <ul className="shares">
      {rows
        .toSorted((a, b) => b.number - a.number)
        .map(({ key, number }) => (
          <li key={key} data-testid={`${testId}-${key}`}>
            <span>{label(key)}</span>
            <span className="bar">
              <span style={{ width: `${(number / whole) * 100}%` }} />
            </span>
            <b>{format.number(number)}</b>
            <span className="soft">{format.percent(number / whole)}</span>
          </li>
        ))}
    </ul>
  );
}
