/** What the form of an account holds, and what of it goes to the server. */

import type { Account, AccountFields, FormField, NewAccount, Provider } from "@/api/channels";

export interface AccountValues {
  provider: string;
  channel: string;
  key: string;
  name: string;
  base_url: string;
  credentials: Record<string, string | undefined>;
  settings: Record<string, unknown>;
  rate: number | null;
  price: string | null;
  currency: string;
}

/** What a new account begins with. */
export function blankAccount(provider: Provider): AccountValues {
  return {
    provider: provider.name,
    channel: provider.channels[0] ?? "",
    key: "",
    name: "",
    base_url: provider.base_url || provider.simulator_url,
    credentials: {},
    settings: {},
    rate: null,
    price: null,
    currency: "CNY",
  };
}

export function valuesOf(account: Account): AccountValues {
  return {
    provider: account.provider,
    channel: account.channel,
    key: account.key,
    name: account.name,
    base_url: account.base_url,
    credentials: {},
    settings: { ...(account.settings as Record<string, unknown>) },
    rate: account.rate ?? null,
    price: account.price ?? null,
    currency: account.currency ?? "CNY",
  };
}

const isBlank = (value: unknown) =>
  value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);

function typed(field: FormField | undefined, value: unknown): unknown {
  if (field?.kind === "number") return Number(value);
  return typeof value === "string" ? value.trim() : value;
}

/** Settings without blanks: what the form knows nothing of (it came by the API) stays as it was. */
export function settingsOf(fields: readonly FormField[], values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => !isBlank(value))
      .map(([name, value]) => [
        name,
        typed(
          fields.find((field) => field.name === name),
          value,
        ),
      ]),
  );
}

function credentialsOf(values: AccountValues["credentials"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value?.trim() ? [[name, value.trim()]] : [])),
  );
}

export function newAccount(provider: Provider, values: AccountValues): NewAccount {
  const { key, channel, name, base_url, rate, price, currency } = values;
  return {
    provider: provider.name,
    key: key.trim(),
    channel,
    name: name.trim(),
    base_url: base_url.trim(),
    rate,
    price,
    currency,
    credentials: credentialsOf(values.credentials),
    settings: settingsOf(provider.settings, values.settings),
  };
}

/** Secrets go along only where they are replaced: all of them then, as the server keeps none of the old ones. */
export function changedAccount(provider: Provider, values: AccountValues, replacesSecrets: boolean): AccountFields {
  const { name, base_url, rate, price, currency } = values;
  return {
    name: name.trim(),
    base_url: base_url.trim(),
    rate,
    price,
    currency,
    settings: settingsOf(provider.settings, values.settings),
    ...(replacesSecrets ? { credentials: credentialsOf(values.credentials) } : {}),
  };
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const AES_KEY_LENGTH = 43;
const TOKEN_LENGTH = 24;
const SIGNING_BYTES = 32;

function letters(length: number): string {
  const drawn = crypto.getRandomValues(new Uint32Array(length));
  return Array.from(drawn, (number) => LETTERS[number % LETTERS.length]).join("");
}

/** A new secret of the kind that a field asks for. */
export function drawSecret(kind: FormField["draw"]): string {
  if (kind === "aes_key") return letters(AES_KEY_LENGTH);
  if (kind === "signing") {
    const bytes = crypto.getRandomValues(new Uint8Array(SIGNING_BYTES));
    return `whsec_${btoa(String.fromCharCode(...bytes))}`;
  }
  return letters(TOKEN_LENGTH);
}

const LOOPBACK = /^(127(\.\d{1,3}){3}|localhost|\[?::1\]?|0\.0\.0\.0)$/;

/** Whether an address leads to this machine only, so that no vendor can call it. */
export function isLocal(address: string): boolean {
  try {
    return LOOPBACK.test(new URL(address).hostname);
  } catch {
    return false;
  }
}
