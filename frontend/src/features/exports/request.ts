/** What is asked of an export, as the form holds it and as the API takes it. Pure. */

import type { JsonObject } from "@/api/types";

export const KINDS = ["people", "events", "messages"] as const;
export type Kind = (typeof KINDS)[number];

/** What is offered; of people and events any other column of these forms may be typed. */
export const OFFERED: Record<Kind, readonly string[]> = {
  people: [
    "id",
    "identity.phone",
    "identity.email",
    "identity.member_id",
    "identity.wechat_openid",
    "attribute.name",
    "tags",
    "consent.sms.marketing",
    "created_at",
    "updated_at",
  ],
  events: ["id", "name", "occurred_at", "received_at", "profile_id", "identity.phone", "identity.member_id"],
  messages: [
    "id",
    "requested_at",
    "channel",
    "purpose",
    "state",
    "reason",
    "result",
    "address",
    "profile_id",
    "journey_id",
    "accepted_at",
    "delivered_at",
    "cost",
    "error_code",
  ],
};

export interface Field {
  /** What the receiver calls it. */
  name: string;
  column: string;
}

export interface Draft {
  kind: Kind;
  target: "file" | "webhook";
  format: "csv" | "xlsx";
  columns: string[];
  url: string;
  fields: Field[];
  segment?: string;
  consent?: { channel: string; purpose: string };
}

export const NEW: Draft = {
  kind: "people",
  target: "file",
  format: "xlsx",
  columns: ["id", "identity.phone", "attribute.name", "tags"],
  url: "",
  fields: [
    { name: "id", column: "id" },
    { name: "phone", column: "identity.phone" },
  ],
};

/** The same draft for another kind, with columns that it has. */
export function ofKind(draft: Draft, kind: Kind): Draft {
  const columns = OFFERED[kind].slice(0, 4);
  return {
    ...draft,
    kind,
    columns,
    fields: columns.slice(0, 2).map((column) => ({ name: column.replace(/^.*\./, ""), column })),
    segment: undefined,
    consent: undefined,
  };
}

/** Why it cannot be asked for yet; undefined: it can. */
export function missing(draft: Draft): "columns" | "url" | "fields" | "twice" | undefined {
  if (draft.target === "file") return draft.columns.length > 0 ? undefined : "columns";
  if (!/^https?:\/\/\S+$/.test(draft.url.trim())) return "url";
  const filled = draft.fields.filter(({ name, column }) => name.trim() && column);
  if (filled.length === 0 || filled.length < draft.fields.length) return "fields";
  return new Set(filled.map(({ name }) => name.trim())).size < filled.length ? "twice" : undefined;
}

/** The body of `POST exports/`. */
export function requestOf(draft: Draft): JsonObject {
  const { kind, target, format, columns, url, fields, segment, consent } = draft;
  const filters = { ...(segment ? { segment } : {}), ...(consent ? { consent } : {}) };
  const what =
    target === "file"
      ? { format, columns }
      : {
          target,
          url: url.trim(),
          fields: Object.fromEntries(fields.map(({ name, column }) => [name.trim(), column])),
        };
  return { kind, ...what, ...(Object.keys(filters).length > 0 ? { filters } : {}) };
}
