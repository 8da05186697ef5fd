/** Channels: accounts and what their providers ask, templates, quotas, codes, staff, rules, stops and alerts. */

import { queryOptions } from "@tanstack/react-query";
import { ask } from "./ask";
import type { Page, Schemas } from "./types";

export type Words = Schemas["Words"];
export type FormField = Schemas["FormField"];
export type Provider = Schemas["Provider"];
export type Providers = Schemas["Providers"];
export type AccountRow = Schemas["AccountRow"];
export type Account = Schemas["Account"];
export type Template = Schemas["Template"];
export type TemplateState = Template["state"];
export type TextPreview = Schemas["TextPreview"];
export type Signature = Schemas["Signature"];
export type Quotas = Schemas["Quotas"];
export type QuotaUses = Schemas["QuotaUses"];
export type QrCode = Schemas["QrCode"];
export type ContactWay = Schemas["ContactWay"];
export type Welcome = Schemas["WelcomeMessage"];
export type Staff = Schemas["Staff"];
export type CorpTag = Schemas["CorpTag"];
export type ContactSync = Schemas["ContactSync"];
export type FollowerSync = Schemas["FollowerSync"];
export type Stop = Schemas["SendingStop"];
export type Alert = Schemas["Alert"];
export type Synced = Schemas["Synced"];

const EVERYTHING = 200;

export interface AccountFields {
  name?: string;
  base_url?: string;
  credentials?: Record<string, string>;
  settings?: Record<string, unknown>;
  enabled?: boolean;
  rate?: number | null;
  price?: string | null;
  currency?: string;
}

export interface NewAccount extends AccountFields {
  key: string;
  channel: string;
  provider: string;
}

export interface TemplateFields {
  name?: string;
  provider_code?: string;
  body?: string;
  purpose?: string;
  settings?: Record<string, unknown>;
  tags?: string[];
  state?: TemplateState;
}

export interface NewTemplate extends TemplateFields {
  key: string;
  account: string;
  channel: string;
}

export interface TemplateFilter {
  state?: TemplateState | undefined;
  account?: string | undefined;
  channel?: string | undefined;
  search?: string | undefined;
}

export const providersQuery = queryOptions({
  queryKey: ["channels", "providers"],
  queryFn: () => ask<Providers>("get", "channels/providers/"),
  staleTime: Number.POSITIVE_INFINITY,
});

export const accountQuery = (id: string) =>
  queryOptions({ queryKey: ["accounts", id], queryFn: () => ask<Account>("get", `channels/accounts/${id}/`) });

export const makeAccount = (fields: NewAccount) => ask<Account>("post", "channels/accounts/", { body: fields });
export const changeAccount = (id: string, fields: AccountFields) =>
  ask<Account>("patch", `channels/accounts/${id}/`, { body: fields });
export const testConnection = (id: string) => ask<Schemas["Connection"]>("post", `channels/accounts/${id}/test/`);

export const syncTemplates = (id: string) => ask<Synced>("post", `channels/accounts/${id}/sync-templates/`);
export const startFollowerSync = (id: string) => ask<FollowerSync>("post", `channels/accounts/${id}/followers/sync/`);
export const followerSync = (id: string) => ask<FollowerSync>("get", `channels/accounts/${id}/followers/sync/`);
export const startContactSync = (account: string) =>
  ask<ContactSync>("post", "channels/contact-syncs/", { body: { account } });
export const contactSyncs = () =>
  ask<Page<ContactSync>>("get", "channels/contact-syncs/", { query: { page_size: EVERYTHING } });

export const templatesPage = (filter: TemplateFilter, cursor?: string) =>
  ask<Page<Template>>("get", "templates/", { query: { ...filter, cursor, page_size: 50 } });
export const makeTemplate = (fields: NewTemplate) => ask<Template>("post", "templates/", { body: fields });
export const changeTemplate = (id: string, fields: TemplateFields) =>
  ask<Template>("patch", `templates/${id}/`, { body: fields });
export const previewTemplate = (id: string, params: Record<string, string>) =>
  ask<TextPreview>("post", `templates/${id}/preview/`, { body: { params } });

export const signaturesPage = (cursor?: string) =>
  ask<Page<Signature>>("get", "channels/signatures/", { query: { cursor, page_size: 50 } });
export const syncSignatures = (account: string) =>
  ask<Signature[]>("post", "channels/signatures/sync/", { body: { account } });
export const makeSignature = (account: string, name: string) =>
  ask<Signature>("post", "channels/signatures/", { body: { account, name, state: "pending" } });

export const quotasQuery = queryOptions({
  queryKey: ["channels", "quotas"],
  queryFn: () => ask<Quotas>("get", "quotas/"),
});
/** Counts over all messages of the window: asked for when looked at, and not every second. */
export const quotaUsesQuery = queryOptions({
  queryKey: ["channels", "quota-uses"],
  queryFn: () => ask<QuotaUses>("get", "quotas/use/"),
  staleTime: 30_000,
  refetchInterval: 60_000,
});

export const qrCodesPage = (expired: boolean, cursor?: string) =>
  ask<Page<QrCode>>("get", "channels/qr-codes/", { query: { expired: String(expired), cursor, page_size: 24 } });
export const makeQrCode = (fields: Schemas["QrCodeCreate"]) =>
  ask<QrCode>("post", "channels/qr-codes/", { body: fields });
export const changeQrCode = (id: string, fields: Partial<Schemas["QrCodeCreate"]>) =>
  ask<QrCode>("patch", `channels/qr-codes/${id}/`, { body: fields });

export const contactWaysPage = (cursor?: string) =>
  ask<Page<ContactWay>>("get", "channels/contact-ways/", { query: { cursor, page_size: 24 } });
export const makeContactWay = (fields: Schemas["ContactWayCreate"]) =>
  ask<ContactWay>("post", "channels/contact-ways/", { body: fields });
export const changeContactWay = (id: string, fields: Partial<Schemas["ContactWayCreate"]>) =>
  ask<ContactWay>("patch", `channels/contact-ways/${id}/`, { body: fields });
export const removeContactWay = (id: string) => ask<void>("delete", `channels/contact-ways/${id}/`);
export const adoptContactWays = (account: string) =>
  ask<ContactWay[]>("post", "channels/contact-ways/adopt/", { body: { account } });

export const welcomesQuery = queryOptions({
  queryKey: ["channels", "welcomes"],
  queryFn: () => ask<Page<Welcome>>("get", "channels/welcome-messages/", { query: { page_size: EVERYTHING } }),
});
export const makeWelcome = (fields: Schemas["WelcomeMessageCreate"]) =>
  ask<Welcome>("post", "channels/welcome-messages/", { body: fields });
export const changeWelcome = (id: string, fields: Partial<Schemas["WelcomeMessageCreate"]>) =>
  ask<Welcome>("patch", `channels/welcome-messages/${id}/`, { body: fields });
export const removeWelcome = (id: string) => ask<void>("delete", `channels/welcome-messages/${id}/`);

export const staffPage = (cursor?: string) =>
  ask<Page<Staff>>("get", "channels/staff/", { query: { cursor, page_size: 50 } });
export const staffQuery = queryOptions({
  queryKey: ["channels", "staff", "first"],
  queryFn: () => ask<Page<Staff>>("get", "channels/staff/", { query: { page_size: EVERYTHING } }),
});
export const corpTagsQuery = queryOptions({
  queryKey: ["channels", "corp-tags"],
  queryFn: () => ask<Page<CorpTag>>("get", "channels/corp-tags/", { query: { page_size: EVERYTHING } }),
});

export interface Cap {
  id: string;
  most: number;
  hours: number;
  channels?: string[];
  purposes?: string[];
  tags?: string[];
}
export interface OwnHours {
  channel?: string;
  from: string;
  to: string;
}
export interface OwnRules {
  caps?: Cap[];
  hours?: OwnHours[];
  closed_days?: string[];
}
export interface RulesVersion {
  version: number;
  rules: OwnRules;
  at: string | null;
  by: string;
}

export const rulesQuery = queryOptions({
  queryKey: ["channels", "rules"],
  queryFn: () => ask<RulesVersion>("get", "channels/rules/"),
});
/** `version` is the one that was changed: if there is another by now, the server refuses with `rules_conflict`. */
export const replaceRules = (version: number, rules: OwnRules) =>
  ask<RulesVersion>("put", "channels/rules/", { body: { version, rules } });

export const stopsQuery = queryOptions({
  queryKey: ["channels", "stops"],
  queryFn: () => ask<Page<Stop>>("get", "channels/stops/", { query: { page_size: EVERYTHING } }),
});
export const stopSending = (channel: string, reason: string) =>
  ask<Stop>("post", "channels/stops/", { body: { channel, reason } });
export const liftStop = (id: string) => ask<void>("delete", `channels/stops/${id}/`);

export const openAlertsQuery = queryOptions({
  queryKey: ["channels", "alerts", "open"],
  queryFn: () => ask<Page<Alert>>("get", "channels/alerts/", { query: { open: "true", page_size: EVERYTHING } }),
  refetchInterval: 30_000,
});
export const closedAlertsPage = (cursor?: string) =>
  ask<Page<Alert>>("get", "channels/alerts/", { query: { open: "false", cursor, page_size: 20 } });
export const acknowledge = (id: string, note: string) =>
  ask<Alert>("post", `channels/alerts/${id}/acknowledge/`, { body: { note } });
