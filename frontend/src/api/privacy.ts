/** Privacy: rules, consent texts, suppressions, the audit log, and one person's rights. */

import { queryOptions } from "@tanstack/react-query";
import { ask } from "./ask";
import { api, dataOf } from "./client";
import type { Page, Schemas } from "./types";

export type Rules = Schemas["Privacy"];
export type ConsentText = Schemas["ConsentText"];
export type Suppression = Schemas["Suppression"];
export type AuditEntry = Schemas["AuditEntry"];
export type Erasure = Schemas["Erasure"];
export type LedgerEntry = Schemas["LedgerEntry"];
export type ClearPerson = Schemas["ClearPerson"];
export type Person = Schemas["Profile"];
export type RetentionRun = Schemas["RetentionRun"];
export type Purpose = ConsentText["purpose"];

export const CHANNELS = [
  "sms",
  "call",
  "email",
  "wechat_template",
  "wechat_service",
  "wechat_subscribe",
  "wecom_app",
  "wecom_customer",
  "webhook",
] as const;

export const rules = () => ask<Rules>("get", "privacy/");
export const changeRules = (changes: Partial<Rules>) => ask<Rules>("patch", "privacy/", { body: changes });
export const retentionRuns = () =>
  ask<Page<RetentionRun>>("get", "privacy/retention-runs/", { query: { page_size: 10 } });

export const consentTexts = () => ask<Page<ConsentText>>("get", "consents/texts/", { query: { page_size: 200 } });
export const writeText = (text: { code: string; channel: string; purpose: Purpose; zh: string; en: string }) =>
  ask<ConsentText>("post", "consents/texts/", { body: text });
export const publishText = (id: string) => ask<ConsentText>("post", `consents/texts/${id}/publish/`);

export const suppressions = (cursor?: string) =>
  ask<Page<Suppression>>("get", "channels/suppressions/", { query: { state: "active", cursor, page_size: 50 } });
const AT_ONCE = 1000;

/** Enters a list of whatever length, as many at once as the API takes. */
export async function suppressAll(channel: string, addresses: string[], reason: string) {
  const total = { added: 0, known: 0, rejected: 0 };
  for (let from = 0; from < addresses.length; from += AT_ONCE) {
    const body = { channel, addresses: addresses.slice(from, from + AT_ONCE), reason };
    const done = await ask<Schemas["SuppressionImported"]>("post", "channels/suppressions/import/", { body });
    total.added += done.added;
    total.known += done.known;
    total.rejected += done.rejected.length;
  }
  return total;
}

export const liftSuppression = (id: string, reason: string) =>
  ask<Suppression>("post", `channels/suppressions/${id}/lift/`, { body: { reason } });

export const AUDIT_FILTERS = ["action", "actor", "profile", "since", "until"] as const;
export type AuditFilters = Partial<Record<(typeof AUDIT_FILTERS)[number], string>>;
export const auditPage = (filters: AuditFilters, cursor?: string) =>
  ask<Page<AuditEntry>>("get", "audit/", { query: { ...filters, cursor, page_size: 50 } });

export const findPeople = (search: string) =>
  ask<Page<Person>>("get", "profiles/", { query: { search, page_size: 10 } });
export const ledgerOf = (id: string) =>
  ask<Page<LedgerEntry>>("get", `profiles/${id}/consents/`, { query: { page_size: 50 } });
export const unmask = (id: string, reason: string) =>
  ask<ClearPerson>("post", `profiles/${id}/unmask/`, { body: { reason } });
export const erase = (id: string, reason: string) =>
  ask<Erasure>("post", `profiles/${id}/erase/`, { body: { reason } });
export const preferenceLink = (id: string) =>
  ask<Schemas["PreferenceLink"]>("post", `profiles/${id}/preference-link/`, { body: {} });
export const erasures = () => ask<Page<Erasure>>("get", "erasures/", { query: { page_size: 20 } });

const EVERY = 2_000;
export const isUnderWay = ({ state }: Erasure) => state === "queued" || state === "running";
/** One erasure, asked for until it ends. */
export const erasureQuery = (id: string) =>
  queryOptions({
    queryKey: ["erasures", id],
    queryFn: () => ask<Erasure>("get", `erasures/${id}/`),
    refetchInterval: ({ state }) => (state.data && isUnderWay(state.data) ? EVERY : false),
  });

/** Goes on with one that has failed. */
export const retryErasure = (id: string) => ask<Erasure>("post", `erasures/${id}/retry/`);

/** The archive as a file of the browser. */
export async function exportPerson(id: string, reason: string): Promise<Blob> {
  return dataOf(
    api.POST("/api/v1/profiles/{id}/export/", {
      params: { path: { id } },
      body: { reason },
      parseAs: "blob",
    }) as Promise<{ data?: Blob }>,
  );
}
