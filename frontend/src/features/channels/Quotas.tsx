import { useQuery } from "@tanstack/react-query";
import { Alert, Empty, Tag } from "antd";
import { useTranslation } from "react-i18next";
import * as calls from "@/api/channels";
import { accountsQuery } from "@/api/queries";
import { unread } from "@/api/unread";
import { Waiting } from "@/app/Guard";
import { Problem } from "@/app/Problem";
import { useFormat } from "@/format/useFormat";
import { runsOutSoon } from "./soon";
import { UseBar } from "./UseBar";
import { channelName, windowText } from "./words";

/** What is used of each quota now, and what runs out soon. */
export function Quotas() {
  const { t } = useTranslation();
  const format = useFormat();
  const uses = useQuery(calls.quotaUsesQuery);
  const quotas = useQuery(calls.quotasQuery);
  const accounts = useQuery(accountsQuery);
  const codes = useQuery({ queryKey: ["channels", "qr-codes", "soon"], queryFn: () => calls.qrCodesPage(false) });
  const error = unread(uses, quotas, accounts, codes);
  if (error) return <Problem error={error} onRetry={() => Promise.all([uses.refetch(), quotas.refetch()])} />;
  if (!uses.data || !quotas.data || !accounts.data || !codes.data) return <Waiting />;
  const rows = accounts.data.results as calls.AccountRow[];
  const ruleName = (rule: string) =>
    rule.startsWith("cap.")
      ? t("channels.quotas.cap", { name: rule.slice(4) })
      : t(`channels.ruleNames.${rule.replaceAll(".", "_")}`, rule);
  const soon = runsOutSoon({
    uses: uses.data,
    accounts: rows,
    codes: codes.data.results,
    now: Date.parse(uses.data.at),
    ruleName,
  });
  const nameOf = (id: string) => rows.find((one) => one.id === id)?.name ?? id;
  return (
    <div className="channels-quotas" data-testid="quotas">
      <p className="soft">{t("channels.quotas.about", { time: format.time(uses.data.at) })}</p>
      <section className="channels-card" aria-labelledby="quotas-soon">
        <h2 id="quotas-soon">{t("channels.quotas.soon")}</h2>
        {soon.length === 0 && <p data-testid="quotas-calm">{t("channels.quotas.calm")}</p>}
        {soon.map(({ id, grave, text, figures, subject }) => (
          <Alert
            key={id}
            type={grave ? "error" : "warning"}
            showIcon
            title={subject}
            description={t(`channels.soon.${text}`, figures)}
            data-testid={`soon-${id}`}
          />
        ))}
      </section>
      <div className="channels-grid">
        <div className="channels-stack">
          <section className="channels-card" aria-labelledby="quotas-people">
            <h2 id="quotas-people">{t("channels.quotas.people")}</h2>
            <p className="soft">{t("channels.quotas.peopleAbout")}</p>
            {uses.data.people.map((rule) => (
              <UseBar
                key={rule.rule}
                testId={`quota-${rule.rule}`}
                name={ruleName(rule.rule)}
                used={rule.highest}
                most={rule.most}
                unit={t("channels.quotas.most", { most: rule.most, window: windowText(t, rule.window) })}
                note={t("channels.quotas.peopleNote", {
                  people: format.number(rule.people),
                  messages: format.number(rule.messages),
                  full: format.number(rule.full),
                  nearly: format.number(rule.nearly),
                })}
                source={rule.own ? t("channels.quotas.own") : rule.reference}
              />
            ))}
          </section>
          <section className="channels-card" aria-labelledby="quotas-hours">
            <h2 id="quotas-hours">{t("channels.quotas.shippedHours")}</h2>
            <ul className="channels-plain">
              {quotas.data.hours.map((rule) => (
                <li key={rule.rule}>
                  <Tag>{channelName(t, rule.channel)}</Tag>
                  {t("channels.hours.only", { text: `${rule.opens}–${rule.closes}` })}
                  <div className="soft">{rule.reference}</div>
                </li>
              ))}
            </ul>
          </section>
        </div>
        <div className="channels-stack">
          <section className="channels-card" aria-labelledby="quotas-windows">
            <h2 id="quotas-windows">{t("channels.quotas.windows")}</h2>
            <p className="soft">{t("channels.quotas.windowsAbout")}</p>
            {uses.data.windows.map((rule) => (
              <UseBar
                key={rule.rule}
                testId={`quota-${rule.rule}`}
                name={ruleName(rule.rule)}
                used={rule.open - rule.with_room}
                most={rule.open}
                unit={t("channels.quotas.most", { most: rule.most, window: windowText(t, rule.window) })}
                note={t("channels.quotas.windowNote", {
                  open: format.number(rule.open),
                  room: format.number(rule.with_room),
                  closing: format.number(rule.closing),
                })}
                source={rule.reference}
              />
            ))}
            <h3>{t("channels.quotas.credits")}</h3>
            {uses.data.credits.length === 0 && <Empty description={t("channels.quotas.noCredits")} />}
            {uses.data.credits.map((credit) => (
              <UseBar
                key={credit.account + credit.template_code}
                testId={`credit-${credit.template_code}`}
                name={credit.template_name || credit.template_code}
                used={credit.used}
                most={credit.granted}
                unit={nameOf(credit.account)}
                note={t("channels.quotas.creditNote", {
                  people: format.number(credit.people),
                  left: format.number(credit.left),
                  last: format.number(credit.last_one),
                })}
              />
            ))}
          </section>
          <section className="channels-card" aria-labelledby="quotas-accounts">
            <h2 id="quotas-accounts">{t("channels.quotas.accounts")}</h2>
            {quotas.data.accounts.map((account) => (
              <AccountUse key={account.account} account={account} uses={uses.data} />
            ))}
          </section>
        </div>
      </div>
    </div>
  );
}

function AccountUse({ account, uses }: { account: calls.Quotas["accounts"][number]; uses: calls.QuotaUses }) {
  const { t } = useTranslation();
  const format = useFormat();
  const speed = uses.rates.find((one) => one.account === account.account);
  const daily = uses.daily.filter((one) => one.account === account.account);
  const cost = account.cost_today ? `${format.number(Number(account.cost_today))} ${account.currency}` : "–";
  return (
    <>
      <UseBar
        testId={`rate-${account.key}`}
        name={account.name}
        used={speed?.peak ?? 0}
        most={account.rate ?? 0}
        unit={account.rate ? t("channels.perSecond", { count: account.rate }) : t("channels.noRate")}
        note={t("channels.quotas.accountNote", { sent: format.number(account.sent_today), cost })}
      />
      {daily.map((one) => (
        <UseBar
          key={one.rule}
          testId={`daily-${account.key}`}
          name={t(`channels.ruleNames.${one.rule.replaceAll(".", "_")}`, one.rule)}
          used={one.sent}
          most={one.most}
          unit={t("channels.quotas.perDay", { most: format.number(one.most) })}
          note=""
          source={one.reference}
        />
      ))}
    </>
  );
}
