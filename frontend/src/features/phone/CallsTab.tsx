import { useQuery } from "@tanstack/react-query";
import { Empty, Spin, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { simulatedCallsQuery } from "@/api/queries";
import { Problem } from "@/app/Problem";
import { useFormat } from "@/format/useFormat";
import { CallScreen } from "./CallScreen";
import "./calls.css";

const COLOURS = { ringing: "processing", paused: "warning", answered: "success", ended: "default" } as const;

/** The log of simulated calls, and the telephone of the one that is chosen. */
export function CallsTab() {
  const { t } = useTranslation();
  const format = useFormat();
  const [search, setSearch] = useSearchParams();
  const calls = useQuery(simulatedCallsQuery);
  const rows = calls.data?.results ?? [];
  const wanted = Number(search.get("call"));
  const chosen = rows.find((row) => row.id === wanted) ?? rows[0];
  return (
    <div className="phone-grid">
      <section className="panel phone-list" aria-label={t("calls.list")}>
        {calls.isPending && <Spin />}
        {calls.error && <Problem error={calls.error} onRetry={calls.refetch} />}
        {calls.data && rows.length === 0 && (
          <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("calls.none")} />
        )}
        <ul>
          {rows.map((row) => (
            <li key={row.id}>
              <button
                type="button"
                aria-current={row.id === chosen?.id}
                data-testid={`call-${row.id}`}
                onClick={() => setSearch({ tab: "calls", call: String(row.id) })}
              >
                <b>{row.phone}</b>
                <Tag color={COLOURS[row.state]}>
                  {row.ending ? t(`calls.ending.${row.ending}`) : t(`calls.state.${row.state}`)}
                </Tag>
                <span className="soft">
                  {t(`calls.service.${row.service}`)} · {format.time(row.placed_at)}
                </span>
              </button>
            </li>
          ))}
        </ul>
      </section>
      {chosen ? <CallScreen key={chosen.id} call={chosen} /> : <section className="handset handset-off" />}
    </div>
  );
}
