import type { AccountRow, Alert, Stop } from "@/api/channels";

export type AccountState = "off" | "stopped" | "alert" | "resting" | "on";

/** What an account does now, the gravest first: it sends only when it is `on`. */
export function accountState(
  account: AccountRow,
  { stops, alerts, now }: { stops: readonly Stop[]; alerts: readonly Alert[]; now: number },
): AccountState {
  if (!account.enabled) return "off";
  if (account.channels.every((channel) => stops.some((stop) => !stop.channel || stop.channel === channel)))
    return "stopped";
  if (alerts.some(({ subject }) => subject === account.id)) return "alert";
  return account.paused_until && Date.parse(account.paused_until) > now ? "resting" : "on";
}

export const STATE_LOOK = {
  off: "default",
  stopped: "error",
  alert: "error",
  resting: "warning",
  on: "success",
} as const satisfies Record<AccountState, string>;
