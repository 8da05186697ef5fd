import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { quotasQuery, rulesQuery } from "@/api/channels";
import { unread } from "@/api/unread";
import { Problem } from "@/app/Problem";
import { channelName } from "./words";

/** When marketing may leave on these channels: the shipped hours and the workspace's own. */
export function AccountHours({ channels }: { channels: readonly string[] }) {
  const { t } = useTranslation();
  const shipped = useQuery(quotasQuery);
  const own = useQuery(rulesQuery);
  const error = unread(shipped, own);
  if (error) return <Problem error={error} onRetry={() => Promise.all([shipped.refetch(), own.refetch()])} />;
  const lines = channels.map((channel) => {
    const bounds = [
      ...(shipped.data?.hours ?? [])
        .filter((rule) => rule.channel === channel)
        .map(({ opens, closes }) => ({ from: opens, to: closes })),
      ...(own.data?.rules.hours ?? []).filter((rule) => !rule.channel || rule.channel === channel),
    ];
    return { channel, text: bounds.map(({ from, to }) => `${from}–${to}`).join(" ∩ ") };
  });
  return (
    <section className="channels-card" aria-labelledby="account-hours">
      <h2 id="account-hours">{t("channels.hours.title")}</h2>
      <dl className="channels-callbacks">
        {lines.map(({ channel, text }) => (
          <div key={channel}>
            <dt>{channelName(t, channel)}</dt>
            <dd>{text ? t("channels.hours.only", { text }) : t("channels.hours.always")}</dd>
          </div>
        ))}
      </dl>
      <p className="soft">
        {t("channels.hours.about")} <Link to="/channels/rules">{t("channels.tabs.rules")}</Link>
      </p>
    </section>
  );
}
