/** What of the quotas runs out soon, the gravest first. */

import type { AccountRow, QrCode, QuotaUses } from "@/api/channels";

export interface Soon {
  id: string;
  grave: boolean;
  /** One of the texts `channels.soon` with its figures. */
  text: "full" | "nearly" | "closing" | "lastCredit" | "noCredit" | "rate" | "daily" | "resting" | "qrCode";
  figures: Record<string, string | number>;
  /** What it is about: a rule, a template, an account or a code, by its name. */
  subject: string;
}

const ALMOST = 0.8;
const DAY = 86_400_000;
const CODE_ENDS_WITHIN = 3 * DAY;

interface Known {
  uses: QuotaUses;
  accounts: readonly AccountRow[];
  codes: readonly QrCode[];
  now: number;
  /** A rule's name in words. */
  ruleName: (rule: string) => string;
}

export function runsOutSoon({ uses, accounts, codes, now, ruleName }: Known): Soon[] {
  const accountOf = (id: string) => accounts.find((one) => one.id === id);
  const found: Soon[] = [];
  for (const rule of uses.people) {
    const subject = ruleName(rule.rule);
    // A rule that allows nobody anything is a wall and runs out never.
    if (rule.most < 1) continue;
    if (rule.full > 0)
      found.push({ id: `full-${rule.rule}`, grave: true, text: "full", figures: { count: rule.full }, subject });
    else if (rule.nearly > 0 && rule.most > 1)
      found.push({ id: `near-${rule.rule}`, grave: false, text: "nearly", figures: { count: rule.nearly }, subject });
  }
  for (const window of uses.windows) {
    if (window.closing > 0 && window.window !== "PT60S") {
      const figures = { count: window.closing };
      found.push({
        id: `closing-${window.rule}`,
        grave: false,
        text: "closing",
        figures,
        subject: ruleName(window.rule),
      });
    }
  }
  for (const credit of uses.credits) {
    const subject = credit.template_name || credit.template_code;
    const id = `${credit.account}-${credit.template_code}`;
    if (credit.left === 0) found.push({ id: `none-${id}`, grave: true, text: "noCredit", figures: {}, subject });
    else if (credit.last_one > 0)
      found.push({ id: `last-${id}`, grave: false, text: "lastCredit", figures: { count: credit.last_one }, subject });
  }
  for (const { account, peak } of uses.rates) {
    const rate = accountOf(account)?.rate;
    if (rate && peak >= rate * ALMOST)
      found.push({
        id: `rate-${account}`,
        grave: false,
        text: "rate",
        figures: { peak, rate },
        subject: accountOf(account)?.name ?? account,
      });
  }
  for (const { account, rule, sent, most } of uses.daily) {
    if (sent >= most * ALMOST)
      found.push({
        id: `daily-${rule}-${account}`,
        grave: sent >= most,
        text: "daily",
        figures: { sent, most },
        subject: accountOf(account)?.name ?? account,
      });
  }
  for (const account of accounts) {
    if (account.enabled && account.paused_until && Date.parse(account.paused_until) > now)
      found.push({
        id: `resting-${account.id}`,
        grave: true,
        text: "resting",
        figures: { reason: account.pause_reason || "–" },
        subject: account.name,
      });
  }
  for (const code of codes) {
    const left = code.expires_at ? Date.parse(code.expires_at) - now : Number.POSITIVE_INFINITY;
    if (left > 0 && left <= CODE_ENDS_WITHIN)
      found.push({
        id: `code-${code.id}`,
        grave: left < DAY,
        text: "qrCode",
        figures: { count: Math.max(1, Math.round(left / 3_600_000)) },
        subject: code.name,
      });
  }
  return found.toSorted((one, other) => Number(other.grave) - Number(one.grave));
}
