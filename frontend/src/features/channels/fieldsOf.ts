export interface ShownField {
  label: string;
  value: string;
}

/** The lines of a WeChat template, `订单：A1`, as names and values; a line without a name is a value alone. */
export function fieldsOf(text: string): ShownField[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => {
      const found = /^([^：:{}]{1,20})[：:]\s*(.*)$/.exec(line);
      return found ? { label: found[1] ?? "", value: found[2] ?? "" } : { label: "", value: line };
    });
}

const TYPES = new Set([
  "thing",
  "short_thing",
  "number",
  "letter",
  "symbol",
  "character_string",
  "time",
  "date",
  "amount",
  "phone_number",
  "car_number",
  "name",
  "phrase",
  "const",
]);

export interface FieldRule {
  /** One of the texts `channels.fieldTypes`. */
  type?: string;
  /** The only values that it may have, if these are known. */
  values?: string[];
}

/** What a field of WeChat's may hold: as the template's settings say, else as its name does (`thing1`). */
export function fieldRule(name: string, settings: Record<string, unknown>): FieldRule {
  const said = (settings.fields as Record<string, unknown> | undefined)?.[name];
  if (Array.isArray(said)) return { values: said.map(String) };
  const type = typeof said === "string" ? said : /^([a-z_]+?)\d+$/.exec(name)?.[1];
  return type && TYPES.has(type) ? { type } : {};
}
