import type { Definition } from "../../core/definition";
import { durationText } from "../../core/sentences";

export interface SendConfig {
  channel?: string;
  account?: string;
  template?: string;
  params?: Record<string, string>;
  purpose?: "marketing" | "service";
  on_blocked?: "continue" | "hold";
  expire_after?: string;
  await?: { for: "accepted" | "delivered" | "read" | "clicked" | "replied" | "result"; timeout: string };
}

/** How a call can end, beside success and failure: who wants to tell them apart draws their edges. */
export const CALL_RESULTS = [
  "answered",
  "no_answer",
  "rejected",
  "busy",
  "powered_off",
  "intent_A",
  "intent_B",
  "intent_C",
  "intent_D",
  "intent_E",
  "intent_F",
] as const;

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
    ...(config.await && config.channel === "call" ? CALL_RESULTS.map((id) => ({ id })) : []),
    { id: "blocked" },
  ],
  summary: (config, say, names) => {
    const channel = say(`channel.${config.channel ?? "sms"}`);
    const sentence = config.template
      ? say("node.send.says", { channel, template: names.template(config.template) })
      : say("node.send.saysNoTemplate", { channel });
    if (!config.await) return sentence;
    const awaited = say("node.send.saysAwait", {
      result: say(`node.send.result.${config.await.for}`),
      timeout: durationText(say, config.await.timeout),
    });
    return sentence + say("words.then") + awaited;
  },
};
