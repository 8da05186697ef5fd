/** Rules and filters as the contract writes them. */

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
  "anniversary_within",
] as const;

export type Comparison = (typeof COMPARISONS)[number];
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
export const AGGREGATES = ["count", "sum", "avg", "min", "max", "distinct"] as const;
export type Aggregate = (typeof AGGREGATES)[number];
export const MEASURES = ["gte", "gt", "eq", "ne", "lte", "lt"] as const;

export interface EventRule {
  op: "event";
  name: string;
  where?: Filter[];
  agg?: Aggregate;
  property?: string;
  cmp?: Comparison;
  value?: number;
  select?: "first" | "last";
  has?: Filter[];
  within?: string;
  /** From the first instant up to the second. */
  between?: string[];
  since_enrollment?: boolean;
}
export interface Step {
  name: string;
  where?: Filter[];
  within?: string;
}
export interface SequenceRule {
  op: "sequence";
  steps: Step[];
  absent?: Step;
}
export interface IdentityRule {
  op: "identity";
  type: string;
  cmp?: "exists" | "not_exists";
}
export interface ConsentRule {
  op: "consent";
  channel: string;
  purpose: "marketing" | "service";
}
export const STATUSES = [
  "any",
  "live",
  "ended",
  "active",
  "waiting",
  "completed",
  "exited",
  "converted_exit",
  "failed",
  "held_out",
] as const;
export interface JourneyRule {
  op: "journey";
  id: string;
  status: (typeof STATUSES)[number];
  within?: string;
}
export const OUTCOMES = [
  "requested",
  "sent",
  "accepted",
  "delivered",
  "read",
  "clicked",
  "replied",
  "answered",
  "no_answer",
  "failed",
  "blocked",
  "expired",
  "unknown",
] as const;
export interface MessageRule {
  op: "message";
  channel?: string;
  template?: string;
  outcome: string;
  agg?: "count";
  cmp?: Comparison;
  value?: number;
  within?: string;
}
export interface BucketRule {
  op: "bucket";
  salt: string;
  from: number;
  to: number;
}
export interface HeldRule {
  op: "held";
  key: string;
  value: Scalar;
  cmp?: "at_least" | "less_than";
  for: string;
}
export interface SegmentRule {
  op: "segment";
  id: string;
}
export type LeafRule =
  | AttributeRule
  | TagRule
  | EventRule
  | SequenceRule
  | SegmentRule
  | IdentityRule
  | ConsentRule
  | JourneyRule
  | MessageRule
  | BucketRule
  | HeldRule;
export type Rule = AndRule | NotRule | LeafRule;

export const LEAVES = [
  "attribute",
  "tag",
  "event",
  "sequence",
  "segment",
  "held",
  "identity",
  "consent",
  "journey",
  "message",
  "bucket",
] as const satisfies readonly LeafRule["op"][];

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
    case "sequence":
      return { op, steps: [{ name: "" }, { name: "", within: "P7D" }] };
    case "identity":
      return { op, type: "phone", cmp: "exists" };
    case "consent":
      return { op, channel: "sms", purpose: "marketing" };
    case "journey":
      return { op, id: "", status: "any" };
    case "message":
      return { op, outcome: "delivered", agg: "count", cmp: "gte", value: 1, within: "P30D" };
    case "bucket":
      return { op, salt: "", from: 0, to: 50 };
    case "held":
      return { op, key: "", value: "", cmp: "at_least", for: "P30D" };
  }
}

/** The event rule asking for another aggregate, or for the first or last event. */
export function withQuestion(rule: EventRule, question: Aggregate | "first" | "last"): EventRule {
  const { agg, property, cmp, value, select, has, ...rest } = rule;
  if (question === "first" || question === "last")
    return { ...rest, select: question, has: has ?? [{ key: "", cmp: "eq", value: "" }] };
  const of = question === "count" ? {} : { property: property ?? "" };
  return { ...rest, agg: question, ...of, cmp: cmp ?? "gte", value: value ?? 1 };
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
      return rule.cmp ? isFilled({ key: rule.key, cmp: rule.cmp, value: rule.value }) : rule.key !== "";
    case "event":
      return (
        isStepWhole(rule) &&
        (rule.has ?? []).every(isFilled) &&
        (rule.select !== undefined || (rule.agg ?? "count") === "count" || Boolean(rule.property)) &&
        (rule.between ?? []).every(Boolean)
      );
    case "sequence":
      return rule.steps.every(isStepWhole) && (rule.absent === undefined || isStepWhole(rule.absent));
    case "segment":
    case "journey":
      return rule.id !== "";
    case "identity":
      return rule.type !== "";
    case "consent":
      return rule.channel !== "";
    case "bucket":
      return rule.salt !== "" && rule.from <= rule.to;
    case "held":
      return rule.key !== "" && rule.value !== "";
    case "message":
      return true;
  }
}

function isStepWhole({ name, where }: Step): boolean {
  return name !== "" && (where ?? []).every(isFilled);
}

function isFilled({ key, cmp, value }: Filter): boolean {
  return key !== "" && (valueShape(cmp) === "none" || (value !== undefined && value !== ""));
}
