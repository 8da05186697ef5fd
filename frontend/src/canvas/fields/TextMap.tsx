import { useState } from "react";
import { PropertyRows, type Row } from "./PropertyRows";

type Scalars = Record<string, unknown>;

interface Props {
  value: Scalars | undefined;
  onChange: (value: Scalars) => void;
  addText: string;
  testId: string;
  /** The values may be Liquid. */
  liquid?: boolean;
  /** The keys are names of attributes. */
  attributes?: boolean;
}

/** Rows as a map. A value that another program wrote as a number stays one until it is typed over. */
export function mapOf(rows: readonly Row[], before: Scalars): Scalars {
  return Object.fromEntries(
    rows
      .map(({ key, value }) => [key.trim(), value] as const)
      .filter(([key]) => key)
      .map(([key, value]) => [key, key in before && String(before[key]) === value ? before[key] : value]),
  );
}

export function rowsOf(value: Scalars): Row[] {
  return Object.entries(value).map(([key, text]) => ({ key, value: String(text) }));
}

function same(a: Scalars, b: Scalars): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

/** A map of texts (attributes, headers, properties), edited as rows. A row without a key yet is kept here and not written. */
export function TextMap({ value = {}, onChange, addText, testId, liquid, attributes }: Props) {
  const [edited, setEdited] = useState<Row[]>([]);
  // After an undo, what is being typed here is no longer what the configuration says.
  const rows = same(mapOf(edited, value), value) ? edited : rowsOf(value);
  return (
    <PropertyRows
      value={rows}
      addText={addText}
      testId={testId}
      liquid={liquid}
      attributes={attributes}
      onChange={(next) => {
        setEdited(next);
        onChange(mapOf(next, value));
      }}
    />
  );
}
