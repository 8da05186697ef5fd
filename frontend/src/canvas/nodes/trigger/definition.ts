import { type Definition, type Names, NEXT } from "../../core/definition";
import type { Filter } from "../../core/rules";
import { eventText, keyText, offsetText, type Say, withAsides, zoneText } from "../../core/sentences";

export const TRIGGERS = ["event", "segment", "schedule", "date", "api"] as const;
export type TriggerKind = (typeof TRIGGERS)[number];

export interface TriggerConfig {
  kind?: TriggerKind;
  event?: string;
  where?: Filter[];
  key?: string;
  /** A segment's id, of `segment` and `schedule`. */
  segment?: string;
  on?: "enter" | "leave";
  backfill?: boolean;
  /** An instant, for a schedule that starts once. */
  at?: string;
  /** Five fields, for a schedule that repeats. */
  cron?: string;
  timezone?: string;
  attribute?: string;
  /** Signed: "-P3D" is three days before the date. */
  offset?: string;
  /** The clock time of the day, "HH:mm". */
  time?: string;
  yearly?: boolean;
}

/** What a trigger of a kind starts with. Each kind has its own fields, and a field of another kind is refused. */
export function fresh(kind: TriggerKind): TriggerConfig {
  switch (kind) {
    case "event":
      return { kind, event: "", where: [] };
    case "segment":
      return { kind, segment: "", on: "enter", backfill: false };
    case "schedule":
      return { kind, segment: "", cron: "0 10 * * *" };
    case "date":
      return { kind, attribute: "", time: "10:00", yearly: false };
    case "api":
      return { kind };
  }
}

function summary(config: TriggerConfig, say: Say, names: Names): string {
  const segment = config.segment ? names.segment(config.segment) : say("words.blank");
  switch (config.kind ?? "api") {
    case "event":
      return withAsides(say, say("node.trigger.saysEvent", { event: eventText(say, config.event, config.where) }), [
        keyText(say, config.key),
      ]);
    case "segment":
      return withAsides(
        say,
        say(config.on === "leave" ? "node.trigger.saysLeave" : "node.trigger.saysEnter", { segment }),
        [config.backfill === true && say("node.trigger.saysBackfill")],
      );
    case "schedule":
      return withAsides(
        say,
        config.at
          ? say("node.trigger.saysAt", { segment, at: names.time(config.at) })
          : say("node.trigger.saysCron", { segment, cron: config.cron || say("words.blank") }),
        [zoneText(say, config.timezone)],
      );
    case "date":
      return withAsides(
        say,
        say(config.yearly ? "node.trigger.saysYearly" : "node.trigger.saysDate", {
          date: offsetText(say, config.attribute ?? "", config.offset),
          time: config.time ?? "",
        }).trimEnd(),
        [zoneText(say, config.timezone)],
      );
    case "api":
      return say("node.trigger.saysApi");
  }
}

export const definition: Definition<TriggerConfig> = {
  type: "trigger",
  family: "start",
  start: true,
  create: () => fresh("event"),
  outcomes: () => NEXT,
  summary,
};
