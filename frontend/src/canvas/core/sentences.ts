/** Durations, filters and rules in words. `Say` looks a text up in the operator's language; this module only composes. */

import { type Part, parseDuration, readOffset } from "./duration";
import type { EventRule, Filter, Rule, Step, Value } from "./rules";

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
    case "tag": {
      if (rule.cmp === undefined) return say("words.tagged", { tag: rule.key || say("words.blank") });
      const key = say("words.tagValue", { tag: rule.key || say("words.blank") });
      return filterText(say, { key, cmp: rule.cmp, value: rule.value });
    }
    case "event":
      return pastText(say, rule);
    case "sequence": {
      const text = rule.steps.map((step) => stepText(say, step)).join(say("words.thenStep"));
      return rule.absent ? say("words.absent", { text, event: stepText(say, rule.absent) }) : text;
    }
    case "segment":
      return say("words.inSegment", { segment: rule.id ? segment(rule.id) : say("words.blank") });
    case "held":
      return say("words.held", {
        key: rule.key || say("words.blank"),
        value: valueText(say, rule.value),
        cmp: say(`rules.held.${rule.cmp ?? "at_least"}`),
        for: durationText(say, rule.for),
      });
    case "identity":
      return say(rule.cmp === "not_exists" ? "words.noIdentity" : "words.hasIdentity", {
        type: say(`identity.${rule.type}`),
      });
    case "consent":
      return say("words.consented", {
        channel: say(`channel.${rule.channel}`),
        purpose: say(`rules.purpose.${rule.purpose}`),
      });
    case "journey":
      return spanned(
        say,
        rule.within,
        say("words.inJourney", { journey: rule.id || say("words.blank"), status: say(`rules.status.${rule.status}`) }),
      );
    case "message": {
      const params = {
        channel: say(rule.channel ? `channel.${rule.channel}` : "rules.anyChannel"),
        outcome: say(`rules.outcome.${rule.outcome}`),
        times: timesText(say, rule),
      };
      return spanned(say, rule.within, say("words.messages", params));
    }
    case "bucket":
      return say("words.bucket", { salt: rule.salt || say("words.blank"), from: rule.from, to: rule.to });
  }
}

function timesText(say: Say, { cmp, value }: { cmp?: string; value?: number }): string {
  return say(`rules.times.${cmp ?? "gte"}`, { count: Number(value ?? 1) });
}

function spanned(say: Say, within: string | undefined, text: string): string {
  return within ? say("words.within", { within: durationText(say, within), text }) : text;
}

function stepText(say: Say, { name, where, within }: Step): string {
  const event = eventText(say, name, where);
  return within ? say("words.stepWithin", { event, within: durationText(say, within) }) : event;
}

/** What is asked of events: how often, how much, or what the first or last was like. */
function pastText(say: Say, rule: EventRule): string {
  const event = eventText(say, rule.name, rule.where);
  if (!rule.select && (rule.agg ?? "count") === "count" && rule.within && !rule.between && !rule.since_enrollment)
    return say("words.didWithin", { event, times: timesText(say, rule), within: durationText(say, rule.within) });
  let text = spanned(say, rule.within, questionText(say, rule, event));
  if (rule.between) text = say("words.between", { from: rule.between[0] ?? "", to: rule.between[1] ?? "", text });
  return rule.since_enrollment ? say("words.sinceEnrollment", { text }) : text;
}

function questionText(say: Say, rule: EventRule, event: string): string {
  if (rule.select)
    return say("words.selected", { which: say(`rules.agg.${rule.select}`), event, has: whereText(say, rule.has) });
  if ((rule.agg ?? "count") === "count") return say("words.did", { event, times: timesText(say, rule) });
  return say("words.measured", {
    event,
    property: rule.property || say("words.blank"),
    agg: say(`rules.agg.${rule.agg}`),
    cmp: say(`rules.cmp.${rule.cmp ?? "gte"}`),
    value: valueText(say, rule.value),
  });
}

/** "周一、周三" or "" when every day counts. */
export function daysText(say: Say, days: readonly number[] | undefined): string {
  if (!days || days.length === 0 || days.length === 7) return "";
  if (days.join() === "1,2,3,4,5") return say("words.weekdays");
  if (days.join() === "6,7") return say("words.weekend");
  return days.map((day) => say(`words.day.${day}`)).join(say("words.comma"));
}

/** The sentence, and behind it in brackets what holds besides, if anything does. */
export function withAsides(say: Say, sentence: string, asides: readonly (string | false | undefined)[]): string {
  const said = asides.filter((aside): aside is string => Boolean(aside));
  return said.length > 0 ? sentence + say("words.aside", { text: said.join(say("words.comma")) }) : sentence;
}

/** A zone that is not everybody's own. */
export function zoneText(say: Say, zone: string | undefined): string | false {
  return zone !== undefined && zone !== "" && zone !== "profile" && say("words.inZone", { zone });
}

/** "correlated by order_id", where a key is set. */
export function keyText(say: Say, key: string | undefined): string | false {
  return key !== undefined && key !== "" && say("words.sameKey", { key });
}
