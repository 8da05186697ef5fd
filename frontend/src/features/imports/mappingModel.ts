/** The mapping that an operator edits: what was suggested, or what was used last. */

import type { ColumnMapping, Import, ImportKind, Mapping } from "@/api/imports";

export const TARGETS: Record<ImportKind, readonly string[]> = {
  people: ["ignore", "identity", "attribute", "tag", "tags", "consent", "consent_at"],
  events: ["ignore", "identity", "event_name", "event_id", "occurred_at", "property"],
};

export const IDENTITIES = [
  "phone",
  "email",
  "member_id",
  "user_id",
  "wechat_openid",
  "wechat_unionid",
  "wecom_external_userid",
  "jd_pin",
  "device",
] as const;

export const TYPES = ["text", "number", "boolean", "date", "instant", "list"] as const;
export const FORMATS = ["auto", "ymd", "dmy", "mdy", "excel", "unix"] as const;
export const CHANNELS = ["sms", "email", "wechat_template", "wecom_customer", "call"] as const;

const DATED = new Set(["date", "instant"]);

/** Whether a column's days and times may need a format. */
export const isDated = ({ target, type }: ColumnMapping) =>
  target === "occurred_at" || target === "consent_at" || DATED.has(type ?? "");

export const isTyped = ({ target }: ColumnMapping) => target === "attribute" || target === "property";
export const isNamed = ({ target }: ColumnMapping) => isTyped({ column: 0, target }) || target === "tag";

export function firstMapping(job: Import): Mapping {
  if (job.mapping) return job.mapping as unknown as Mapping;
  return {
    columns: job.columns.map(({ suggestion }, column) => ({ target: "ignore", ...suggestion, column })),
    empty: "keep",
    event_name: "",
  };
}

/** A column that becomes something else keeps only what belongs to it. */
export function retarget(column: ColumnMapping, target: string, header: string): ColumnMapping {
  const bare = { column: column.column, target };
  switch (target) {
    case "identity":
      return { ...bare, key: "phone" };
    case "attribute":
    case "property":
      return { ...bare, key: column.key || header, type: column.type ?? "text" };
    case "tag":
      return { ...bare, key: header };
    case "consent":
      return { ...bare, channel: "sms", purpose: "marketing" };
    default:
      return bare;
  }
}

/** What is sent: columns that are left out are not named. */
export function sent(kind: ImportKind, mapping: Mapping, timezone: string): Mapping {
  const columns = mapping.columns.filter(({ target }) => target !== "ignore");
  const common = { columns, timezone };
  return kind === "events"
    ? { ...common, event_name: mapping.event_name ?? "", live: mapping.live ?? false }
    : { ...common, empty: mapping.empty ?? "keep" };
}
