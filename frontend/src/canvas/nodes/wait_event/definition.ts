import type { Definition } from "../../core/definition";
import type { Filter } from "../../core/rules";
import { durationText, eventText } from "../../core/sentences";

export interface AwaitedEvent {
  id: string;
  event: string;
  where?: Filter[];
  key?: string;
}

export interface WaitEventConfig {
  any?: AwaitedEvent[];
  timeout?: string;
  look_back?: string;
}

export const definition: Definition<WaitEventConfig> = {
  type: "wait_event",
  family: "time",
  create: () => ({ any: [{ id: "e1", event: "", where: [] }], timeout: "P3D" }),
  outcomes: ({ any = [], timeout }) => [
    ...any.map(({ id, event }) => ({ id, name: event })),
    ...(timeout ? [{ id: "timeout" }] : []),
  ],
  summary: ({ any = [], timeout }, say) => {
    const events = any.map(({ event, where }) => eventText(say, event, where)).join(say("words.or"));
    return timeout
      ? say("node.wait_event.saysTimeout", { events, duration: durationText(say, timeout) })
      : say("node.wait_event.says", { events });
  },
};
