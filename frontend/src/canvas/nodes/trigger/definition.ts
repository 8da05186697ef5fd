import { type Definition, NEXT } from "../../core/definition";
import type { Filter } from "../../core/rules";
import { eventText } from "../../core/sentences";

export interface TriggerConfig {
  kind?: "api" | "event" | "segment" | "schedule" | "date";
  event?: string;
  where?: Filter[];
  key?: string;
}

export const definition: Definition<TriggerConfig> = {
  type: "trigger",
  family: "start",
  start: true,
  create: () => ({ kind: "event", event: "", where: [] }),
  outcomes: () => NEXT,
  summary: (config, say) =>
    config.kind === "event"
      ? say("node.trigger.saysEvent", { event: eventText(say, config.event, config.where) })
      : say(`node.trigger.says.${config.kind ?? "api"}`),
};
