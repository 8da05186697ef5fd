/** The log of messages. */

import { queryOptions } from "@tanstack/react-query";
import { language } from "@/i18n";
import { ask } from "./ask";
import type { Page, Schemas, StreamEvent } from "./types";

/** The document lets fields of models be absent; an answer has them all. */
export type Message = Required<Schemas["Message"]>;
export type MessageDetail = Required<Schemas["MessageDetail"]>;
export type MessageState = NonNullable<Message["state"]>;

export const MESSAGE_FILTERS = [
  "search",
  "channel",
  "state",
  "reason",
  "journey",
  "account",
  "template",
  "since",
  "until",
] as const;
export type MessageFilters = Partial<Record<(typeof MESSAGE_FILTERS)[number], string>>;

export const MESSAGE_STATES = [
  "queued",
  "sending",
  "accepted",
  "delivered",
  "read",
  "clicked",
  "replied",
  "failed",
  "blocked",
  "expired",
  "unknown",
] as const satisfies readonly MessageState[];

export const messagesPage = (filters: MessageFilters, cursor?: string) =>
  ask<Page<Message>>("get", "messages/", { query: { ...filters, cursor, page_size: 200 } });

export const messageQuery = (id: string) =>
  queryOptions({ queryKey: ["messages", "one", id], queryFn: () => ask<MessageDetail>("get", `messages/${id}/`) });

/** Each dialling of a call that has ended. */
export const triesQuery = (id: string) =>
  queryOptions({
    queryKey: ["messages", "tries", id],
    queryFn: () => ask<Schemas["CallTries"]>("get", `messages/${id}/tries/`),
  });

/** What a run's stream says of one message, in the language of the request. */
export const judgementQuery = (enrollment: string, message: string) =>
  queryOptions({
    queryKey: ["messages", "judgement", message, language()],
    queryFn: () =>
      ask<Page<StreamEvent>>("get", `enrollments/${enrollment}/events/`, { query: { message, page_size: 50 } }),
  });
