import type { Definition } from "../../core/definition";

export const METHODS = ["POST", "PUT", "PATCH", "GET", "DELETE"] as const;

export interface WebhookConfig {
  method?: (typeof METHODS)[number];
  url?: string;
  headers?: Record<string, unknown>;
  body?: string;
  timeout?: string;
  /** Where the answer is kept for later steps. */
  save_as?: string;
}

/** What a card has room for: the host and the path, without the query. */
function short(url: string): string {
  return url.replace(/^https?:\/\//, "").replace(/\?.*$/, "");
}

export const definition: Definition<WebhookConfig> = {
  type: "webhook",
  family: "touch",
  create: () => ({ method: "POST", url: "", headers: {}, body: "", timeout: "PT10S" }),
  outcomes: () => [{ id: "success" }, { id: "failure" }],
  summary: ({ method = "POST", url }, say) =>
    url ? say("node.webhook.says", { method, url: short(url) }) : say("node.webhook.saysNothing"),
};
