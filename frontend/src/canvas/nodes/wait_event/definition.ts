import type { Definition } from "../../core/definition";
import type { Filter } from "../../core/rules";
import { durationText, eventText, keyText, withAsides } from "../../core/sentences";

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
  summary: ({ any = [], timeout, look_back: lookBack }, say) => {
    const events = any
      .map(({ event, where, key }) => withAsides(say, eventText(say, event, where), [keyText(say, key)]))
      .join(say("words.or"));
    const sentence = timeout
      ? say("node.wait_event.saysTimeout", { events, duration: durationText(say, timeout) })
      : say("node.wait_event.says", { events });
    return withAsides(say, sentence, [
      lookBack !== undefined && say("node.wait_event.saysLookBack", { duration: durationText(say, lookBack) }),
    ]);
  },
};
