import { type Definition, NEXT } from "../../core/definition";

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
  summary: ({ journey }, say, names) =>
    journey ? say("node.enroll.says", { journey: names.journey(journey) }) : say("node.enroll.saysNothing"),
};
