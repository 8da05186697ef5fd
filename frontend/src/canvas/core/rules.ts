/** Rules and filters as the contract writes them; operations this console cannot edit pass through unchanged. */

export const COMPARISONS = [
  "eq",
  "ne",
  "gt",
  "gte",
  "lt",
  "lte",
  "in",
  "not_in",
  "contains",
  "not_contains",
  "starts_with",
  "ends_with",
  "exists",
  "not_exists",
  "before",
  "after",
  "within_last",
  "within_next",
] as const;

export type Comparison = (typeof COMPARISONS)[number] | "anniversary_within";
export type Scalar = string | number | boolean;
export type Value = Scalar | Scalar[];

export interface Filter {
  key: string;
  cmp: Comparison;
  value?: Value;
}

export interface AndRule {
  op: "and" | "or";
  args: Rule[];
}
export interface NotRule {
  op: "not";
  arg: Rule;
}
export interface AttributeRule extends Filter {
  op: "attribute";
}
export interface TagRule {
  op: "tag";
  key: string;
  cmp?: Comparison;
  value?: Value;
}
export interface EventRule {
  op: "event";
  name: string;
  where?: Filter[];
  agg?: "count";
  cmp?: Comparison;
  value?: number;
  within?: string;
  since_enrollment?: boolean;
}
export interface SegmentRule {
  op: "segment";
  id: string;
}
/** An operation of the contract that has no editor here yet. */
export interface OtherRule {
  op: "sequence" | "identity" | "consent" | "journey" | "message" | "bucket" | "held";
  [field: string]: unknown;
}

export type Rule = AndRule | NotRule | AttributeRule | TagRule | EventRule | SegmentRule | OtherRule;

const LISTS: readonly Comparison[] = ["in", "not_in"];
const BARE: readonly Comparison[] = ["exists", "not_exists"];
const SPANS: readonly Comparison[] = ["within_last", "within_next", "anniversary_within"];

export type ValueShape = "none" | "list" | "duration" | "single";

/** What a comparison takes on its right side. */
export function valueShape(cmp: Comparison): ValueShape {
  if (BARE.includes(cmp)) return "none";
  if (LISTS.includes(cmp)) return "list";
  return SPANS.includes(cmp) ? "duration" : "single";
}

/** The same comparison row with another `cmp`, its value reshaped so that the result is well formed. */
export function withComparison<T extends { cmp?: Comparison; value?: Value }>(row: T, cmp: Comparison): T {
  const shape = valueShape(cmp);
  const { value, ...rest } = row;
  if (shape === "none") return { ...rest, cmp } as T;
  if (shape === "list") return { ...rest, cmp, value: value === undefined ? [] : [value].flat() } as T;
  if (shape === "duration")
    return { ...rest, cmp, value: typeof value === "string" && value.startsWith("P") ? value : "P7D" } as T;
  return { ...rest, cmp, value: Array.isArray(value) ? (value[0] ?? "") : (value ?? "") } as T;
}

/** What an operator typed, as the JSON value it reads as: "12.5" is a number, "true" a truth value, all else text. */
export function readScalar(text: string): Scalar {
  const trimmed = text.trim();
  if (trimmed === "true") return true;
  if (trimmed === "false") return false;
  // Leading zeros and long digit strings (phone numbers, order numbers) are text: as numbers they would lose digits.
  if (/^-?(0|[1-9]\d{0,14})(\.\d+)?$/.test(trimmed)) return Number(trimmed);
  return text;
}

export function newRule(op: Rule["op"]): Rule {
  switch (op) {
    case "and":
    case "or":
      return { op, args: [newRule("attribute")] };
    case "not":
      return { op, arg: newRule("attribute") };
    case "attribute":
      return { op, key: "", cmp: "eq", value: "" };
    case "tag":
      return { op, key: "" };
    case "event":
      return { op, name: "", agg: "count", cmp: "gte", value: 1, within: "P30D" };
    case "segment":
      return { op, id: "" };
    default:
      return { op };
  }
}

/** Whether nothing is left to fill in: only then can a rule be judged. */
export function isWhole(rule: Rule): boolean {
  switch (rule.op) {
    case "and":
    case "or":
      return rule.args.every(isWhole);
    case "not":
      return isWhole(rule.arg);
    case "attribute":
      return isFilled(rule);
    case "tag":
      return rule.key !== "";
    case "event":
      return rule.name !== "" && (rule.where ?? []).every(isFilled);
    case "segment":
      return rule.id !== "";
    default:
      return true;
  }
}

function isFilled({ key, cmp, value }: Filter): boolean {
  return key !== "" && (valueShape(cmp) === "none" || (value !== undefined && value !== ""));
}
