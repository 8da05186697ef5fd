import { useQuery } from "@tanstack/react-query";
import { Badge, Empty, Input, Spin } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { mailboxesQuery, mailboxQuery } from "@/api/queries";
import { Problem } from "@/app/Problem";
import { useFormat } from "@/format/useFormat";
import { MailView } from "./MailView";
import "./mail.css";

/** Mailboxes with their mail, as a mail client shows them. */
export function MailTab() {
  const { t } = useTranslation();
  const format = useFormat();
  const [search, setSearch] = useSearchParams();
  const [filter, setFilter] = useState("");
  const boxes = useQuery(mailboxesQuery);
  const rows = (boxes.data?.results ?? []).filter((row) => row.address.includes(filter.trim().toLowerCase()));
  const chosen = search.get("box") ?? rows[0]?.address;
  return (
    <div className="phone-grid mail-grid">
      <section className="panel phone-list" aria-label={t("mail.boxes")}>
        <Input
          allowClear
          placeholder={t("mail.filter")}
          aria-label={t("mail.filter")}
          data-testid="mail-filter"
          onChange={(event) => setFilter(event.target.value)}
        />
        {boxes.isPending && <Spin />}
        {boxes.error && <Problem error={boxes.error} onRetry={boxes.refetch} />}
        {boxes.data && rows.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("mail.none")} />}
        <ul>
          {rows.map((row) => (
            <li key={row.address}>
              <button
                type="button"
                aria-current={row.address === chosen}
                data-testid={`mailbox-${row.address}`}
                onClick={() => setSearch({ tab: "mail", box: row.address })}
              >
                <b>{row.address}</b>
                <Badge count={row.messages} color="var(--grey-strong)" overflowCount={999} />
                <span className="soft">{format.time(row.last_at)}</span>
              </button>
            </li>
          ))}
        </ul>
      </section>
      {chosen ? <Mailbox key={chosen} address={chosen} /> : <section className="panel mail-off" />}
    </div>
  );
}

function Mailbox({ address }: { address: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data, error, isPending, refetch } = useQuery(mailboxQuery(address));
  const [opened, setOpened] = useState<number>();
  const mails = data?.results ?? [];
  const mail = mails.find((one) => one.id === opened) ?? mails[0];
  return (
    <section className="panel mailbox" aria-label={address} data-testid="mailbox">
      {isPending && <Spin />}
      {error && <Problem error={error} onRetry={refetch} />}
      <ul className="mail-list">
        {mails.map((one) => (
          <li key={one.id}>
            <button
              type="button"
              aria-current={one.id === mail?.id}
              data-testid={`mail-${one.id}`}
              onClick={() => setOpened(one.id)}
            >
              <b translate="no">{one.subject}</b>
              <span className="soft">
                {format.second(one.at)} · {t(`mail.state.${one.state}`)}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {mail && <MailView key={mail.id} mail={mail} />}
    </section>
  );
}
