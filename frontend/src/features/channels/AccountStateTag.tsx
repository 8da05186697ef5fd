import { Tag } from "antd";
import { useTranslation } from "react-i18next";
import type { AccountRow, Alert, Stop } from "@/api/channels";
import { useFormat } from "@/format/useFormat";
import { accountState, STATE_LOOK } from "./accountState";

interface Props {
  account: AccountRow;
  stops: readonly Stop[];
  alerts: readonly Alert[];
}

/** Whether an account sends, and if not, why and until when. */
export function AccountStateTag({ account, stops, alerts }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const state = accountState(account, { stops, alerts, now: Date.now() });
  const rests = (state === "resting" || state === "alert") && account.paused_until;
  return (
    <>
      <Tag color={STATE_LOOK[state]} data-testid={`account-state-${account.key}`} data-state={state}>
        {t(`channels.state.${state}`)}
      </Tag>
      {rests && (
        <div className="soft">
          {t("channels.restsUntil", { time: format.time(account.paused_until), reason: account.pause_reason || "–" })}
        </div>
      )}
    </>
  );
}
