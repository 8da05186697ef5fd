import type { Definition } from "../../core/definition";
import { durationText, withAsides } from "../../core/sentences";

export const METHODS = ["POST", "PUT", "PATCH", "GET", "DELETE"] as const;

export interface WebhookConfig {
  method?: (typeof METHODS)[number];
  url?: string;
  headers?: Record<string, unknown>;
  /** A Liquid text, or JSON whose texts are Liquid. */
  body?: unknown;
  timeout?: string;
  /** Where the answer is kept for later steps. */
  save_as?: string;
}

/** What a card has room for: the host and the path, without the query. */
function short(url: string): string {
  return url.replace(/^https?:\/\//, "").replace(/\?.*$/, "");
}

/** The body as it is edited: one that another program wrote as JSON is shown as its text. */
export function bodyText(body: unknown): string {
  if (body === undefined || body === null) return "";
  return typeof body === "string" ? body : JSON.stringify(body, null, 2);
}

/** What was typed, as JSON where it is an object or a list: its texts are then filled in one by one and stay well formed. */
export function bodyOf(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch (error) {
    // Half typed, or Liquid that only makes JSON once it is filled in.
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

export const definition: Definition<WebhookConfig> = {
  type: "webhook",
  family: "touch",
  create: () => ({ method: "POST", url: "", headers: {}, body: "", timeout: "PT10S" }),
  outcomes: () => [{ id: "success" }, { id: "failure" }],
  summary: ({ method = "POST", url, timeout, save_as: kept }, say) =>
    url
      ? withAsides(say, say("node.webhook.says", { method, url: short(url) }), [
          timeout !== undefined && say("node.webhook.saysTimeout", { duration: durationText(say, timeout) }),
          Boolean(kept) && say("node.webhook.saysKept", { name: kept ?? "" }),
        ])
      : say("node.webhook.saysNothing"),
};
