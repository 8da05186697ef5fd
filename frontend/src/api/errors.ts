import type { Issue } from "./types";

export interface ErrorItem {
  code: string;
  detail: string;
  attr: string | null;
}

/** What the server refused, in its own shape `{"type", "errors": [{"code", "detail", "attr"}]}`. */
export class ApiError extends Error {
  readonly status: number;
  readonly items: readonly ErrorItem[];
  readonly issues: readonly Issue[];
  /** The same in words for an operator, by language, where the server has them. */
  readonly messages: Readonly<Record<string, string>>;

  constructor(status: number, body: unknown) {
    const shaped =
      typeof body === "object" && body !== null
        ? (body as { errors?: ErrorItem[]; issues?: Issue[]; messages?: Record<string, string> })
        : {};
    const items = Array.isArray(shaped.errors) ? shaped.errors : [];
    super(items[0]?.detail ?? `HTTP ${status}`);
    this.name = "ApiError";
    this.status = status;
    this.items = items;
    this.issues = Array.isArray(shaped.issues) ? shaped.issues : [];
    this.messages = shaped.messages ?? {};
  }

  get code(): string {
    return this.items[0]?.code ?? `http_${this.status}`;
  }
}

/** The server could not be reached: the machine is offline, or the server is down or restarting. */
export class Unreachable extends Error {
  readonly code = "unreachable";

  constructor(cause: unknown) {
    super("The server cannot be reached.", { cause });
    this.name = "Unreachable";
  }
}

/** An act upon many people that was broken off; what it had done by then stands. The server says `code: detail`. */
export class ActFailed extends Error {
  readonly code: string;

  constructor(error: string) {
    super(error);
    this.name = "ActFailed";
    this.code = error.split(":", 1)[0] || "act_failed";
  }
}

export function codeOf(error: unknown): string {
  return error instanceof ApiError || error instanceof Unreachable || error instanceof ActFailed
    ? error.code
    : "unexpected";
}
