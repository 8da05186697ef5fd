import { type Definition, NEXT } from "../../core/definition";

export interface UpdateConfig {
  /** Attribute to its new value: a text is Liquid, null takes the attribute away. */
  set?: Record<string, unknown>;
  tags_add?: string[];
  tags_remove?: string[];
}

/** The attributes that get a value, and those that lose theirs. */
export function written(set: Record<string, unknown>): { values: Record<string, unknown>; cleared: string[] } {
  const entries = Object.entries(set);
  return {
    values: Object.fromEntries(entries.filter(([, value]) => value !== null)),
    cleared: entries.filter(([, value]) => value === null).map(([key]) => key),
  };
}

export function setOf(values: Record<string, unknown>, cleared: readonly string[]): Record<string, unknown> {
  return { ...Object.fromEntries(cleared.map((key) => [key, null])), ...values };
}

export const definition: Definition<UpdateConfig> = {
  type: "update",
  family: "result",
  create: () => ({ set: {}, tags_add: [], tags_remove: [] }),
  outcomes: () => NEXT,
  summary: ({ set = {}, tags_add: added = [], tags_remove: removed = [] }, say) => {
    const list = (texts: string[]) => texts.join(say("words.comma"));
    const { values, cleared } = written(set);
    const keys = Object.entries(values).map(([key, value]) => `${key} = ${String(value) || say("words.blank")}`);
    const parts = [
      ...(keys.length > 0 ? [say("node.update.saysSet", { keys: list(keys) })] : []),
      ...(cleared.length > 0 ? [say("node.update.saysClear", { keys: list(cleared) })] : []),
      ...(added.length > 0 ? [say("node.update.saysAdd", { tags: list(added) })] : []),
      ...(removed.length > 0 ? [say("node.update.saysRemove", { tags: list(removed) })] : []),
    ];
    const sentence = parts.join(say("words.then"));
    return sentence ? sentence.charAt(0).toUpperCase() + sentence.slice(1) : say("node.update.saysNothing");
  },
};
