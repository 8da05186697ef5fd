import { useQuery } from "@tanstack/react-query";
import { Descriptions, Drawer, Spin, Tag, Timeline } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { judgementQuery, type MessageDetail, messageQuery, triesQuery } from "@/api/messages";
import { Problem } from "@/app/Problem";
import { useFormat } from "@/format/useFormat";
import { MESSAGE_LOOK } from "./look";
import { Said } from "./Said";
import "./messages.css";

/** One message: what it said, what became of it, why, and what it cost. */
export function MessageDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const { data: message, error, refetch } = useQuery(messageQuery(id));
  return (
    <Drawer open size={560} title={t("log.one")} onClose={onClose} data-testid="message-drawer">
      {error && <Problem error={error} onRetry={refetch} />}
      {!message && !error && <Spin />}
      {message && (
        <>
          <Said message={message} />
          <Facts message={message} />
          <Why message={message} />
          {message.channel === "call" && <Tries id={message.id} />}
          <Receipts message={message} />
        </>
      )}
    </Drawer>
  );
}

function Facts({ message }: { message: MessageDetail }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const money = (amount: string) =>
    new Intl.NumberFormat(i18n.language, {
      style: "currency",
      currency: message.currency || "CNY",
      maximumFractionDigits: 4,
    }).format(Number(amount));
  const rows: [string, React.ReactNode][] = [
    [
      "person",
      <Link key="person" to={`/people/${message.profile_id}`}>
        {t("log.toPerson")}
      </Link>,
    ],
    ["address", message.address],
    ["account", message.account_name],
    ["template", message.template_name],
    [
      "journey",
      message.journey_id && (
        <Link to={`/journeys/${message.journey_id}${message.enrollment_id ? `?person=${message.enrollment_id}` : ""}`}>
          {t("profiles.onCanvas")}
        </Link>
      ),
    ],
    ["provider", message.provider_id && <code>{message.provider_id}</code>],
    ["requested", format.second(message.requested_at)],
    ["attempts", t("log.tried", { count: message.attempts, at: format.second(message.attempted_at) })],
    ["accepted", message.accepted_at && format.second(message.accepted_at)],
    ["delivered", message.delivered_at && format.second(message.delivered_at)],
    ["result", message.result && t(`outcome.${message.result}`, { defaultValue: message.result })],
    ["cost", message.cost !== null && message.cost !== undefined && money(message.cost)],
    ["error", message.error_code && `${message.error_code} ${String(message.error_detail ?? "")}`],
  ];
  return (
    <Descriptions
      size="small"
      column={1}
      bordered
      items={rows
        .filter(([, value]) => Boolean(value))
        .map(([name, value]) => ({ key: name, label: t(`log.${name}`), children: value }))}
    />
  );
}

/** The judgement, in the words of the run's stream: what the rules compared, and what they said. */
function Why({ message }: { message: MessageDetail }) {
  const { t } = useTranslation();
  const format = useFormat();
  const run = message.enrollment_id;
  const told = useQuery({ ...judgementQuery(run ?? "", message.id), enabled: Boolean(run) });
  return (
    <section data-testid="message-why">
      <h3>{t("log.why")}</h3>
      {told.error && <Problem error={told.error} onRetry={told.refetch} />}
      {!run && <p className="soft">{t("log.noJourney")}</p>}
      {told.data?.results.length === 0 && <p className="soft">{t("log.notTold")}</p>}
      <Timeline
        items={(told.data?.results ?? []).map(({ seq, at, kind, text }) => ({
          key: seq,
          color: kind === "message_blocked" ? "var(--warn)" : "var(--brand)",
          content: (
            <>
              <span className="soft">{format.second(at)}</span>
              <br />
              {text}
            </>
          ),
        }))}
      />
    </section>
  );
}

/** How often a call was dialled, and how each time ended. */
function Tries({ id }: { id: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const tries = useQuery(triesQuery(id));
  return (
    <section data-testid="message-tries">
      <h3>{t("log.tries")}</h3>
      {tries.error && <Problem error={tries.error} onRetry={tries.refetch} />}
      {tries.data?.results.length === 0 && <p className="soft">{t("log.noTries")}</p>}
      <Timeline
        items={(tries.data?.results ?? []).map(({ id: key, number, result, code, reported_at }) => ({
          key,
          content: (
            <>
              {t("log.try", { number })} {result && t(`outcome.${result}`, { defaultValue: result })}{" "}
              {code && <code>{code}</code>}
              <div className="soft">{format.second(reported_at)}</div>
            </>
          ),
        }))}
      />
    </section>
  );
}

function Receipts({ message }: { message: MessageDetail }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <section data-testid="message-receipts">
      <h3>{t("log.receipts")}</h3>
      {message.receipts.length === 0 && <p className="soft">{t("log.noReceipts")}</p>}
      <Timeline
        items={message.receipts.map(({ id, outcome, code, reported_at, received_at }) => ({
          key: id,
          content: (
            <>
              <Tag color={MESSAGE_LOOK[outcome]}>{t(`messageState.${outcome}`)}</Tag> {code && <code>{code}</code>}
              <div className="soft" title={t("log.received", { at: format.second(received_at) })}>
                {format.second(reported_at)}
              </div>
            </>
          ),
        }))}
      />
    </section>
  );
}
