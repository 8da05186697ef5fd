import type { Definition } from "../../core/definition";
import { durationText, withAsides } from "../../core/sentences";

export interface Variant {
  id: string;
  name: string;
  weight: number;
}

/** When the test is decided, and by what. */
export interface Winner {
  /** Counted from the first person of the version. */
  after: string;
  min_people: number;
  goal: string;
  /** Between 0 and 1. */
  confidence: number;
  /** The variant that goes on when none is surely better. */
  fallback: string;
}

export interface AbConfig {
  variants?: Variant[];
  assign?: "profile" | "enrollment";
  control?: string;
  winner?: Winner;
}

export const definition: Definition<AbConfig> = {
  type: "ab",
  family: "decide",
  create: () => ({
    variants: [
      { id: "a", name: "A", weight: 50 },
      { id: "b", name: "B", weight: 50 },
    ],
    assign: "profile",
  }),
  outcomes: ({ variants = [] }) => variants.map(({ id, name, weight }) => ({ id, name: `${name || id} · ${weight}%` })),
  summary: ({ variants = [], control, winner, assign }, say, names) => {
    const named = variants.find((variant) => variant.id === control);
    const plain = named
      ? say("node.ab.saysControl", { count: variants.length, control: named.name || named.id })
      : say("node.ab.says", { count: variants.length });
    const split = withAsides(say, plain, [assign === "enrollment" && say("node.ab.saysEachEntry")]);
    if (!winner) return split;
    const goal = names.goals.find((each) => each.id === winner.goal);
    const decided = say("node.ab.saysWinner", {
      after: durationText(say, winner.after ?? ""),
      goal: goal?.name || winner.goal || say("words.blank"),
    });
    const fallback = variants.find(({ id }) => id === winner.fallback);
    return withAsides(say, split + say("words.then") + decided, [
      say("node.ab.saysAtLeast", {
        people: winner.min_people ?? 0,
        percent: Math.round((winner.confidence ?? 0) * 100),
      }),
      Boolean(winner.fallback) && say("node.ab.saysElse", { fallback: fallback?.name || winner.fallback }),
    ]);
  },
};
