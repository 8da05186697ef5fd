import { type Definition, NEXT } from "../../core/definition";
import { daysText, durationText } from "../../core/sentences";

export interface Window {
  days?: number[];
  from: string;
  to: string;
}

export interface WaitConfig {
  for?: string;
  until?: string;
  until_attribute?: { key: string; offset?: string; if_past?: "continue" | "exit" };
  window?: Window;
  timezone?: string;
}

export const definition: Definition<WaitConfig> = {
  type: "wait",
  family: "time",
  create: () => ({ for: "P1D" }),
  outcomes: () => NEXT,
  summary: ({ for: span, until, until_attribute: attribute, window }, say) => {
    const steps: string[] = [];
    if (span) steps.push(say("node.wait.saysFor", { duration: durationText(say, span) }));
    if (until) steps.push(say("node.wait.saysUntil", { at: until.replace("T", " ") }));
    if (attribute) steps.push(say("node.wait.saysAttribute", { key: attribute.key }));
    if (window) {
      const params = { days: daysText(say, window.days), from: window.from, to: window.to };
      steps.push(say(steps.length > 0 ? "node.wait.saysThenWindow" : "node.wait.saysWindow", params));
    }
    // Where every day counts the sentence has a gap in the place of the days.
    return steps.length > 0 ? steps.join(say("words.then")).replace(/ {2,}/g, " ") : say("node.wait.saysNothing");
  },
};
