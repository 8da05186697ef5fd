import type { Definition } from "../../core/definition";
import { durationText, withAsides } from "../../core/sentences";

export interface SendConfig {
  channel?: string;
  account?: string;
  template?: string;
  params?: Record<string, string>;
  purpose?: "marketing" | "service";
  on_blocked?: "continue" | "hold";
  expire_after?: string;
  await?: {
    for: "accepted" | "delivered" | "read" | "clicked" | "replied" | "result";
    timeout: string;
    /** Of a call: the results that have ports of their own; all of them if it is not said. */
    results?: CallResult[];
  };
}

/** How a call can end, beside success and failure: who wants to tell them apart gives them ports of their own. */
export const CALL_RESULTS = [
  "answered",
  "intent_A",
  "intent_B",
  "intent_C",
  "intent_D",
  "intent_E",
  "intent_F",
  "no_answer",
  "busy",
  "rejected",
  "powered_off",
  "unreachable",
  "invalid",
  "suspended",
  "restricted",
] as const;
export type CallResult = (typeof CALL_RESULTS)[number];

/** The results of a call that have ports: all of them where nobody has chosen. */
export function resultsOf({ channel, await: awaited }: SendConfig): readonly CallResult[] {
  if (!awaited || channel !== "call") return [];
  return CALL_RESULTS.filter((result) => awaited.results?.includes(result) ?? true);
}

export const definition: Definition<SendConfig> = {
  type: "send",
  family: "touch",
  create: () => ({
    channel: "sms",
    account: "",
    template: "",
    params: {},
    purpose: "marketing",
    on_blocked: "continue",
  }),
  outcomes: (config) => [
    ...(config.await ? [{ id: "success" }, { id: "failure" }, { id: "timeout" }] : [{ id: "next" }]),
    ...resultsOf(config).map((id) => ({ id })),
    { id: "blocked" },
  ],
  summary: (config, say, names) => {
    const channel = say(`channel.${config.channel ?? "sms"}`);
    const sentence = withAsides(
      say,
      config.template
        ? say("node.send.says", { channel, template: names.template(config.template) })
        : say("node.send.saysNoTemplate", { channel }),
      [
        Boolean(config.account) && say("node.send.saysBy", { account: names.account(config.account ?? "") }),
        config.purpose !== undefined && say(`node.send.purposes.${config.purpose}`),
        config.on_blocked === "hold" && say("node.send.saysHold"),
        config.expire_after !== undefined &&
          say("node.send.saysExpire", { duration: durationText(say, config.expire_after) }),
      ],
    );
    if (!config.await) return sentence;
    const awaited = say("node.send.saysAwait", {
      result: say(`node.send.result.${config.await.for}`),
      timeout: durationText(say, config.await.timeout),
    });
    return sentence + say("words.then") + awaited;
  },
};
