import { ApiError } from "@/api/errors";

/** What can be done about a refusal: one of the texts `channels.test.hints`. */
export type Hint = "secret" | "address" | "money" | "unreachable" | "busy" | "other";

// The vendors' own codes, as docs/reference/channels lists them.
const HINTS: readonly [Hint, RegExp][] = [
  [
    "secret",
    /^(?:(?:40001|40013|40125|40091|41001|40056|535|http_40[13])\b|InvalidAccessKeyId|SignatureDoesNotMatch|AuthFailure|UnauthorizedOperation\.SmsSdkAppIdVerify|isp\.RAM|bad_secret|bad_signature|Forbidden|NoPermission)/,
  ],
  ["address", /^(?:(?:40164|60020)\b|isv\.DENY_IP_RANGE|private_address|.*IpNotInWhitelist)/],
  ["money", /AMOUNT_NOT_ENOUGH|OUT_OF_SERVICE|Arrears|InsufficientBalance|ACCOUNT_ABNORMAL/],
  [
    "unreachable",
    /^(?:never_sent|no_answer|connection_lost|host_not_found|tls_failed|starttls_not_offered|redirected|http_5\d\d)/,
  ],
  ["busy", /Throttling|RequestLimitExceeded|^(?:45009|45011|45033)\b/],
];

/** The vendor's words and what to do about them; nothing for a refusal that is not the vendor's. */
export function vendorAnswer(error: unknown): { said: string; hint: Hint } | undefined {
  if (!(error instanceof ApiError)) return undefined;
  const item = error.items.find(({ code }) => code === "provider_refused");
  if (!item) return undefined;
  const hint = HINTS.find(([, pattern]) => pattern.test(item.detail))?.[0] ?? "other";
  return { said: item.detail, hint };
}
