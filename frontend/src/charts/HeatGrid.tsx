import type { CSSProperties } from "react";
import "./charts.css";

export interface HeatRow {
  key: string;
  name: string;
  /** null: nothing is known of this cell. */
  cells: readonly (number | null)[];
  /** Stands before the cells, such as how many people a row is of. */
  lead?: string;
}

interface Props {
  label: string;
  /** What the rows are, over their names; and what stands before the cells. */
  corner: string;
  lead?: string;
  columns: readonly { key: string; name: string }[];
  rows: readonly HeatRow[];
  worded: (value: number) => string;
  testId: string;
  /** Each row has its own scale: its highest value is coloured most. */
  byRow?: boolean;
  onPick?: ((row: string, column: string) => void) | undefined;
}

/** Numbers in a grid, each the stronger coloured the higher it is: a table, for eyes and for who hears it. */
export function HeatGrid({ label, corner, lead, columns, rows, worded, testId, byRow = false, onPick }: Props) {
  const highest = (some: readonly HeatRow[]) =>
    Math.max(0, ...some.flatMap(({ cells }) => cells.map((cell) => cell ?? 0)));
  const all = highest(rows);
  return (
    <div className="chart-scroll">
      <table className="heat" data-testid={testId}>
        <caption className="unseen">{label}</caption>
        <thead>
          <tr>
            <th scope="col">{corner}</th>
            {lead && <th scope="col">{lead}</th>}
            {columns.map(({ key, name }) => (
              <th key={key} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const top = byRow ? highest([row]) : all;
            return (
              <tr key={row.key}>
                <th scope="row">{row.name}</th>
                {lead && <th className="numeric">{row.lead}</th>}
                {columns.map(({ key }, place) => {
                  const value = row.cells[place] ?? null;
                  const heat = { "--heat": value && top > 0 ? Math.max(0, value) / top : 0 } as CSSProperties;
                  return (
                    <td key={key} style={heat}>
                      {value === null ? (
                        "–"
                      ) : onPick && value > 0 ? (
                        <button type="button" className="as-cell" onClick={() => onPick(row.key, key)}>
                          {worded(value)}
                        </button>
                      ) : (
                        worded(value)
                      )}
                    </td>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
