import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { type Filter, withComparison } from "../core/rules";
import { ComparisonSelect } from "./ComparisonSelect";
import { PropertyName } from "./PropertyName";
import { ValueInput } from "./ValueInput";

interface Props {
  value: Filter[] | undefined;
  onChange: (value: Filter[]) => void;
  testId: string;
  /** The event they are about, for completion. */
  event?: string | undefined;
}

/** Filters over an event's properties, all of which must hold. */
export function FilterList({ value = [], onChange, testId, event }: Props) {
  const { t } = useTranslation();
  return (
    <div className="field-filters">
      {value.map((filter, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a filter has no identity but its place
        <div className="filter" key={index}>
          <div className="row">
            <PropertyName
              event={event}
              value={filter.key}
              testId={`${testId}-${index}-key`}
              onChange={(key) => onChange(value.with(index, { ...filter, key }))}
            />
            <ComparisonSelect
              value={filter.cmp}
              testId={`${testId}-${index}-cmp`}
              onChange={(cmp) => onChange(value.with(index, withComparison(filter, cmp)))}
            />
            <Button
              type="text"
              icon={<DeleteOutlined />}
              aria-label={t("fields.remove")}
              onClick={() => onChange(value.toSpliced(index, 1))}
            />
          </div>
          <ValueInput
            cmp={filter.cmp}
            value={filter.value}
            testId={`${testId}-${index}-value`}
            onChange={(next) => onChange(value.with(index, { ...filter, value: next }))}
          />
        </div>
      ))}
      <Button
        type="dashed"
        size="small"
        icon={<PlusOutlined />}
        data-testid={`${testId}-add`}
        onClick={() => onChange([...value, { key: "", cmp: "eq", value: "" }])}
      >
        {t("fields.addFilter")}
      </Button>
    </div>
  );
}
