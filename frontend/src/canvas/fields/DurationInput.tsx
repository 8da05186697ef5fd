import { MinusCircleOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, InputNumber, Select, Space } from "antd";
import { useTranslation } from "react-i18next";
import { formatDuration, type Part, parseDuration, UNITS, type Unit } from "../core/duration";

interface Props {
  value: string | undefined;
  onChange: (value: string) => void;
  label: string;
  testId: string;
  /** The units to choose from, largest first. */
  units?: readonly Unit[];
}

const USUAL: readonly Unit[] = UNITS.filter((unit) => unit !== "years");

/** One row for each unit of an ISO 8601 duration. */
export function DurationInput({ value, onChange, label, testId, units = USUAL }: Props) {
  const { t } = useTranslation();
  const parts: Part[] = (value && parseDuration(value)) || [{ amount: 0, unit: "days" }];
  const smallest = units.indexOf(parts.at(-1)?.unit ?? "days");
  const smaller = units[smallest + 1];
  const put = (index: number, part: Part) => onChange(formatDuration(parts.with(index, part)));
  return (
    <div className="duration">
      {parts.map((part, index) => (
        <Space.Compact key={part.unit}>
          <InputNumber
            min={0}
            precision={0}
            value={part.amount}
            aria-label={label}
            data-testid={index === 0 ? testId : `${testId}-${index}`}
            onChange={(amount) => put(index, { ...part, amount: amount ?? 0 })}
          />
          <Select
            value={part.unit}
            aria-label={t("fields.unit")}
            data-testid={index === 0 ? `${testId}-unit` : `${testId}-${index}-unit`}
            popupMatchSelectWidth={false}
            options={UNITS.filter((unit) => units.includes(unit) || unit === part.unit).map((unit) => ({
              value: unit,
              label: t(`fields.units.${unit}`),
              disabled: unit !== part.unit && parts.some((other) => other.unit === unit),
            }))}
            onChange={(unit) => put(index, { ...part, unit })}
          />
          {parts.length > 1 && (
            <Button
              icon={<MinusCircleOutlined />}
              aria-label={t("fields.remove")}
              onClick={() => onChange(formatDuration(parts.toSpliced(index, 1)))}
            />
          )}
        </Space.Compact>
      ))}
      {smaller && parts.every((part) => part.amount > 0) && (
        <Button
          type="text"
          size="small"
          icon={<PlusOutlined />}
          aria-label={t("fields.addUnit")}
          onClick={() => onChange(formatDuration([...parts, { amount: 1, unit: smaller }]))}
        />
      )}
    </div>
  );
}
