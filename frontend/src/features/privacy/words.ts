import type { TFunction } from "i18next";
import { kindOfTable } from "./tables";

/** Where a consent or an opt-out came from: our own sources in words, those of API clients as they named them. */
export function sourceText(t: TFunction, source: string): string {
  return t(`privacy.sources.${source.endsWith("_reply") ? "reply" : source}`, { defaultValue: source });
}

const KEY = "key ";

/** Who did something: a member by name, a program by its key, or the system. */
export function actorText(t: TFunction, actor: string): string {
  if (actor.startsWith(KEY)) return t("privacy.byKey", { key: actor.slice(KEY.length) });
  return actor === "system" ? t("privacy.bySystem") : actor;
}

/** Where the words are of what a fact has as its value; other values are said as they are. */
const VALUES: Readonly<Record<string, string>> = {
  what: "privacy.seen",
  role: "workspace.roles",
  clear_roles: "workspace.roles",
  unmask_roles: "workspace.roles",
  scopes: "workspace.scopes",
  channel: "channel",
  double_opt_in: "channel",
  status: "privacy.statuses",
  kind: "exports.kinds",
  target: "exports.targets",
  table: "reports.table",
  credit: "counting.credits",
  repeats: "counting.repeat",
  every: "reports.each",
};

/** A value of the audit log: in words where there are any, a change as `before → after`, counts by what they count. */
export function factText(t: TFunction, name: string, value: unknown): string {
  if (value === null || value === undefined || value === "") return "–";
  if (typeof value === "boolean") return t(value ? "words.true" : "words.false");
  if (Array.isArray(value)) return value.map((one) => factText(t, name, one)).join(", ") || "–";
  if (typeof value !== "object") {
    const words = VALUES[name];
    return words ? t(`${words}.${value}`, { defaultValue: String(value) }) : String(value);
  }
  if ("from" in value && "to" in value) return `${factText(t, name, value.from)} → ${factText(t, name, value.to)}`;
  const counted = Object.entries(value).filter(([, one]) => one !== 0);
  return counted.map(([key, one]) => `${partText(t, key)} ${factText(t, key, one)}`).join(", ") || "–";
}

/** The name of one of several values: a category of data, a table, or another fact. */
function partText(t: TFunction, name: string): string {
  const table = kindOfTable(name);
  const category = t(`privacy.categories.${name}`, { defaultValue: "" });
  if (category) return category;
  return table ? t(`privacy.tables.${table}`) : t(`privacy.facts.${name}`, { defaultValue: name });
}
