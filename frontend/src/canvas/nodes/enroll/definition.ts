import { type Definition, NEXT } from "../../core/definition";
import { withAsides } from "../../core/sentences";

export interface EnrollConfig {
  /** Another journey's id. */
  journey?: string;
  /** Name to a Liquid text: the entry's properties there. */
  properties?: Record<string, unknown>;
}

export const definition: Definition<EnrollConfig> = {
  type: "enroll",
  family: "result",
  create: () => ({ journey: "", properties: {} }),
  outcomes: () => NEXT,
  summary: ({ journey, properties = {} }, say, names) => {
    if (!journey) return say("node.enroll.saysNothing");
    const keys = Object.keys(properties).join(say("words.comma"));
    return withAsides(say, say("node.enroll.says", { journey: names.journey(journey) }), [
      keys !== "" && say("node.enroll.saysWith", { keys }),
    ]);
  },
};
