/** Durations, filters and rules in words. `Say` looks a text up in the operator's language; this module only composes. */

import { type Part, parseDuration, readOffset } from "./duration";
import type { Filter, Rule, Value } from "./rules";

export type Say = (key: string, params?: Record<string, string | number>) => string;

export function partText(say: Say, { amount, unit }: Part): string {
  return say(`unit.${unit}`, { count: amount });
}

/** "2 天 3 小时"; a text that is no duration is shown as it stands. */
export function durationText(say: Say, duration: string): string {
  const parts = parseDuration(duration);
  return parts ? parts.map((part) => partText(say, part)).join(say("words.gap")) : duration;
}

/** "birthday", "3 days before birthday". */
export function offsetText(say: Say, key: string, offset: string | undefined): string {
  const { side, duration } = readOffset(offset);
  const known = key || say("words.blank");
  return side === "at" ? known : say(`words.offset.${side}`, { key: known, duration: durationText(say, duration) });
}

export function valueText(say: Say, value: Value | undefined): string {
  if (value === undefined || value === "") return say("words.blank");
  if (Array.isArray(value)) return value.length > 0 ? value.map(String).join(say("words.comma")) : say("words.blank");
  if (typeof value === "boolean") return say(value ? "words.true" : "words.false");
  return typeof value === "string" && parseDuration(value) ? durationText(say, value) : String(value);
}

export function filterText(say: Say, { key, cmp, value }: Filter): string {
  return say(`rules.says.${cmp}`, { key: key || say("words.blank"), value: valueText(say, value) });
}

export function whereText(say: Say, where: readonly Filter[] | undefined): string {
  return (where ?? []).map((filter) => filterText(say, filter)).join(say("words.and"));
}

/** An event's name, with its filters when there are some. */
export function eventText(say: Say, name: string | undefined, where?: readonly Filter[]): string {
  const event = say("words.quoted", { text: name || say("words.blank") });
  return where && where.length > 0 ? say("words.eventWhere", { event, where: whereText(say, where) }) : event;
}

/** `segment` gives a segment's name; without it a segment is said by its id. */
export function ruleText(say: Say, rule: Rule, segment: (id: string) => string = (id) => id): string {
  const inner = (arg: Rule) => ruleText(say, arg, segment);
  switch (rule.op) {
    case "and":
    case "or":
      return (rule.args ?? [])
        .map((arg) => (arg.op === "and" || arg.op === "or" ? say("words.bracketed", { text: inner(arg) }) : inner(arg)))
        .join(say(`words.${rule.op}`));
    case "not":
      return say("words.not", { text: rule.arg ? inner(rule.arg) : say("words.blank") });
    case "attribute":
      return filterText(say, rule);
    case "tag":
      return say("words.tagged", { tag: rule.key || say("words.blank") });
    case "event": {
      const params = {
        event: eventText(say, rule.name, rule.where),
        times: say(`rules.times.${rule.cmp ?? "gte"}`, { count: Number(rule.value ?? 1) }),
      };
      return rule.within
        ? say("words.didWithin", { ...params, within: durationText(say, rule.within) })
        : say("words.did", params);
    }
    case "segment":
      return say("words.inSegment", { segment: rule.id ? segment(rule.id) : say("words.blank") });
    default:
      return say("words.otherRule", { op: rule.op });
  }
}

/** "周一、周三" or "" when every day counts. */
export function daysText(say: Say, days: readonly number[] | undefined): string {
  if (!days || days.length === 0 || days.length === 7) return "";
  if (days.join() === "1,2,3,4,5") return say("words.weekdays");
  if (days.join() === "6,7") return say("words.weekend");
  return days.map((day) => say(`words.day.${day}`)).join(say("words.comma"));
}
