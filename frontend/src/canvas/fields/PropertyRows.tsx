import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Input } from "antd";
import { useTranslation } from "react-i18next";
import type { JsonObject } from "@/api/types";
import { readScalar } from "../core/rules";
import { AttributeName } from "./CompletedName";
import { LiquidLine } from "./LiquidArea";

export interface Row {
  key: string;
  value: string;
}

/** The rows as an object; rows without a key are left out, and values are read as numbers and truth values where they look so. */
export function rowsToObject(rows: readonly Row[]): JsonObject {
  return Object.fromEntries(rows.filter((row) => row.key.trim()).map((row) => [row.key.trim(), readScalar(row.value)]));
}

interface Props {
  value: Row[];
  onChange: (value: Row[]) => void;
  addText: string;
  testId: string;
  /** The values may be Liquid. */
  liquid?: boolean | undefined;
  /** The keys are names of attributes. */
  attributes?: boolean | undefined;
}

export function PropertyRows({ value, onChange, addText, testId, liquid, attributes }: Props) {
  const { t } = useTranslation();
  return (
    <div className="field-filters">
      {value.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row has no identity but its place
        <div className="row" key={index}>
          {attributes ? (
            <AttributeName
              label={t("fields.key")}
              testId={`${testId}-${index}-key`}
              value={row.key}
              onChange={(key) => onChange(value.with(index, { ...row, key }))}
            />
          ) : (
            <Input
              className="grow"
              placeholder={t("fields.key")}
              aria-label={t("fields.key")}
              data-testid={`${testId}-${index}-key`}
              value={row.key}
              onChange={(event) => onChange(value.with(index, { ...row, key: event.target.value }))}
            />
          )}
          {liquid ? (
            <LiquidLine
              placeholder={t("fields.value")}
              label={t("fields.value")}
              testId={`${testId}-${index}-value`}
              value={row.value}
              onChange={(next) => onChange(value.with(index, { ...row, value: next }))}
            />
          ) : (
            <Input
              className="grow"
              placeholder={t("fields.value")}
              aria-label={t("fields.value")}
              data-testid={`${testId}-${index}-value`}
              value={row.value}
              onChange={(event) => onChange(value.with(index, { ...row, value: event.target.value }))}
            />
          )}
          <Button
            type="text"
            icon={<DeleteOutlined />}
            aria-label={t("fields.remove")}
            onClick={() => onChange(value.toSpliced(index, 1))}
          />
        </div>
      ))}
      <Button
        type="dashed"
        size="small"
        icon={<PlusOutlined />}
        data-testid={`${testId}-add`}
        onClick={() => onChange([...value, { key: "", value: "" }])}
      >
        {addText}
      </Button>
    </div>
  );
}
