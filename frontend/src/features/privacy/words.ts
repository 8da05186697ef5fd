import type { TFunction } from "i18next";

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

/** A value of the audit log: what was seen in words, a change as `before → after`, counts by what they count. */
export function factText(t: TFunction, name: string, value: unknown): string {
  if (name === "what") return t(`privacy.seen.${String(value)}`, { defaultValue: String(value) });
  if (name === "role") return t(`workspace.roles.${String(value)}`, { defaultValue: String(value) });
  if (typeof value === "boolean") return t(value ? "words.true" : "words.false");
  if (Array.isArray(value)) return value.map((one) => factText(t, "", one)).join(", ");
  if (typeof value !== "object" || value === null) return String(value ?? "–");
  if ("from" in value && "to" in value) return `${factText(t, name, value.from)} → ${factText(t, name, value.to)}`;
  return Object.entries(value)
    .filter(([, count]) => count !== 0)
    .map(([key, one]) => `${t(`privacy.categories.${key}`, { defaultValue: key })} ${factText(t, "", one)}`)
    .join(", ");
}
