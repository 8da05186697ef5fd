import { type Definition, NEXT } from "../../core/definition";
import { daysText, durationText, offsetText, withAsides, zoneText } from "../../core/sentences";

export interface Window {
  days?: number[];
  from: string;
  to: string;
}

/** What happens to a person whose date is past or missing. */
export type Otherwise = "continue" | "exit";

export interface UntilAttribute {
  key: string;
  offset?: string;
  if_past?: Otherwise;
  if_missing?: Otherwise;
}

export interface WaitConfig {
  for?: string;
  until?: string;
  until_attribute?: UntilAttribute;
  window?: Window;
  timezone?: string;
}

export const definition: Definition<WaitConfig> = {
  type: "wait",
  family: "time",
  create: () => ({ for: "P1D" }),
  outcomes: () => NEXT,
  summary: ({ for: span, until, until_attribute: attribute, window, timezone }, say, names) => {
    const steps: string[] = [];
    if (span) steps.push(say("node.wait.saysFor", { duration: durationText(say, span) }));
    if (until) steps.push(say("node.wait.saysUntil", { at: names.time(until) }));
    if (attribute) {
      steps.push(say("node.wait.saysAttribute", { key: offsetText(say, attribute.key, attribute.offset) }));
    }
    if (window) {
      const params = { days: daysText(say, window.days), from: window.from, to: window.to };
      steps.push(say(steps.length > 0 ? "node.wait.saysThenWindow" : "node.wait.saysWindow", params));
    }
    // Where every day counts the sentence has a gap in the place of the days.
    const sentence = steps.join(say("words.then")).replace(/ {2,}/g, " ");
    if (!sentence) return say("node.wait.saysNothing");
    return withAsides(say, sentence, [
      attribute?.if_past === "exit" && say("node.wait.saysIfPast"),
      attribute?.if_missing === "exit" && say("node.wait.saysIfMissing"),
      zoneText(say, timezone),
    ]);
  },
};
