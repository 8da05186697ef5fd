/** The same figures as words: what is read aloud, shown in the chart's place, and saved. */
export interface ChartTable {
  head: readonly string[];
  rows: readonly { key: string; cells: readonly string[] }[];
}

/** Without it a spreadsheet takes Chinese for another encoding. */
const BOM = "\uFEFF";
/** What a spreadsheet would run as a formula; a number with a sign is none. */
const FORMULA = /^(?:[=@\t\r]|[+-](?![\d.,\s%]+$))/;

/** The table as a spreadsheet reads it. A name that begins like a formula is a text (OWASP, CSV injection). */
export function csvOf({ head, rows }: ChartTable): string {
  const cell = (text: string) => {
    const plain = FORMULA.test(text) ? `'${text}` : text;
    return /[",\n\r]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
  };
  return BOM + [head, ...rows.map(({ cells }) => cells)].map((cells) => cells.map(cell).join(",")).join("\r\n");
}
