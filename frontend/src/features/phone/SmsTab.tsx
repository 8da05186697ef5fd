import { useQuery } from "@tanstack/react-query";
import { Badge, Empty, Input, Spin } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { phonesQuery } from "@/api/queries";
import { Problem } from "@/app/Problem";
import { useFormat } from "@/format/useFormat";
import { PhoneScreen } from "./PhoneScreen";

/** The phones that got an SMS, and the screen of one of them. */
export function SmsTab() {
  const { t } = useTranslation();
  const format = useFormat();
  const [search, setSearch] = useSearchParams();
  const [filter, setFilter] = useState("");
  const phones = useQuery(phonesQuery);
  const rows = (phones.data?.results ?? []).filter((row) => row.phone.includes(filter.trim()));
  const wanted = search.get("number");
  // A number may be asked for without its country code.
  const chosen = wanted ? (rows.find((row) => row.phone.endsWith(wanted))?.phone ?? wanted) : rows[0]?.phone;
  return (
    <div className="phone-grid">
      <section className="panel phone-list" aria-label={t("phone.list")}>
        <Input
          allowClear
          placeholder={t("phone.filter")}
          aria-label={t("phone.filter")}
          data-testid="phone-filter"
          onChange={(event) => setFilter(event.target.value)}
        />
        {phones.isPending && <Spin />}
        {phones.error && <Problem error={phones.error} onRetry={phones.refetch} />}
        {phones.data && rows.length === 0 && (
          <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("phone.none")} />
        )}
        <ul>
          {rows.map((row) => (
            <li key={row.phone}>
              <button
                type="button"
                aria-current={row.phone === chosen}
                data-testid={`phone-${row.phone}`}
                onClick={() =>
                  setSearch((before) => {
                    before.set("number", row.phone);
                    return before;
                  })
                }
              >
                <b>{row.phone}</b>
                <Badge count={row.messages} color="var(--grey-strong)" overflowCount={999} />
                <span className="soft">{format.time(row.last_at)}</span>
              </button>
            </li>
          ))}
        </ul>
      </section>
      {chosen ? <PhoneScreen key={chosen} phone={chosen} /> : <section className="handset handset-off" />}
    </div>
  );
}
