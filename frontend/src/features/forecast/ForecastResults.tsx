import { Alert, Empty, Segmented, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ForecastResult } from "@/api/trial";
import type { Graph } from "@/canvas/core/graph";
import { titleIn } from "@/canvas/nodes/titleOf";
import { useFormat } from "@/format/useFormat";
import { language } from "@/i18n";
import { Shares } from "../review/Shares";
import { Legend, Lines, StackedBars } from "./Charts";
import { channelsOf, FATES, type Grain, peopleLines, sendsBy } from "./series";

const COLOURS = { allowed: "var(--good)", held: "var(--warn)", blocked: "var(--bad)" } as const;
const MOST_LINES = 8;

type Note = NonNullable<ForecastResult["notes"]>[number];

const worded = (note: Note) => note.messages[language()] ?? note.message;
/** Without which the figures would be misread; the others only say how exact they are. */
const isGrave = ({ code }: Note) => code === "nobody_enters";

/** The answer of a forecast: how many messages when, what is refused and why, and where people will be. */
export function ForecastResults({ result, graph }: { result: ForecastResult; graph: Graph }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [grain, setGrain] = useState<Grain>("day");
  const [channel, setChannel] = useState<string>();
  const nameOf = (id: string) => titleIn(t, graph.nodes, id);
  const channelName = (id: string) => t(`channel.${id}`, { defaultValue: id });
  const buckets = sendsBy(result.sends, grain, format.zone, channel);
  const series = FATES.map((id) => ({ id, name: t(`forecast.fate.${id}`), colour: COLOURS[id] }));
  const { days, lines } = peopleLines(result.nodes, MOST_LINES);
  const total = result.sends.reduce((sum, row) => sum + row.allowed + row.held, 0);
  const refused = result.sends.reduce((sum, row) => sum + row.blocked, 0);
  const exhausted = result.quotas.filter((quota) => quota.exhausted_at !== null);
  const notes = result.notes ?? [];
  const minor = notes.filter((note) => !isGrave(note));
  return (
    <div className="forecast-answer" data-testid="forecast-result">
      <section className="figures">
        {(
          [
            ["people", result.people],
            ["sends", total],
            ["refusals", refused],
          ] as const
        ).map(([key, value]) => (
          <div className="figure" key={key}>
            <span className="figure-label">{t(`forecast.${key}`)}</span>
            <strong data-testid={`forecast-${key}`}>{format.number(value)}</strong>
          </div>
        ))}
      </section>
      {result.scale !== 1 && (
        <Alert
          type="info"
          showIcon
          title={t("forecast.scaled", {
            all: format.number(result.sampled_from),
            scale: format.number(Math.round(result.scale * 100) / 100),
          })}
        />
      )}
      {notes.filter(isGrave).map((note) => (
        <Alert key={note.code} type="warning" showIcon title={worded(note)} data-testid={`note-${note.code}`} />
      ))}
      {exhausted.map((quota) => (
        <Alert
          key={quota.account}
          type="warning"
          showIcon
          data-testid="forecast-quota"
          title={t("forecast.exhausted", {
            account: quota.name || quota.key || quota.account,
            at: format.time(quota.exhausted_at),
          })}
        />
      ))}
      <section className="panel">
        <header className="chart-head">
          <h2>{t("forecast.sendsTitle")}</h2>
          <Select
            allowClear
            className="chart-channel"
            placeholder={t("forecast.everyChannel")}
            aria-label={t("node.send.channel")}
            data-testid="forecast-channel"
            value={channel}
            options={channelsOf(result.sends).map((id) => ({ value: id, label: channelName(id) }))}
            onChange={setChannel}
          />
          <Segmented
            value={grain}
            aria-label={t("forecast.grain")}
            options={(["day", "hour"] as const).map((value) => ({ value, label: t(`forecast.by.${value}`) }))}
            onChange={setGrain}
          />
        </header>
        {buckets.length === 0 ? (
          <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("forecast.noSends")} />
        ) : (
          <>
            <StackedBars
              buckets={buckets}
              series={series}
              label={t("forecast.sendsTitle")}
              short={(key) => (grain === "day" ? key.slice(5) : key.slice(5, 13))}
            />
            <Legend series={series} />
          </>
        )}
      </section>
      <section className="panel">
        <h2>{t("forecast.blockedTitle")}</h2>
        {result.blocked.length === 0 ? (
          <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("forecast.nothingBlocked")} />
        ) : (
          <table className="funnel" data-testid="forecast-blocked">
            <thead>
              <tr>
                <th>{t("forecast.reason")}</th>
                <th>{t("node.send.channel")}</th>
                <th className="numeric">{t("forecast.count")}</th>
              </tr>
            </thead>
            <tbody>
              {result.blocked
                .toSorted((a, b) => b.count - a.count)
                .map((row) => (
                  <tr key={`${row.rule} ${row.reason} ${row.channel}`}>
                    <td>
                      {t(`stream.reason.${row.reason}`, { defaultValue: row.reason })} <code>{row.rule}</code>
                    </td>
                    <td>{channelName(row.channel)}</td>
                    <td className="numeric">{format.number(row.count)}</td>
                  </tr>
                ))}
            </tbody>
          </table>
        )}
      </section>
      <section className="panel">
        <h2>{t("forecast.nodesTitle")}</h2>
        {lines.length === 0 ? (
          <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("forecast.nobodyWaits")} />
        ) : (
          <Lines
            days={days}
            lines={lines}
            nameOf={nameOf}
            label={t("forecast.nodesTitle")}
            dayOf={(instant) => sendsDay(instant, format.zone)}
          />
        )}
      </section>
      {(result.handed ?? []).length > 0 && (
        <section className="panel" data-testid="forecast-handed">
          <h2>{t("forecast.handedTitle")}</h2>
          {result.handed?.map((row) => (
            <p key={`${row.node} ${row.journey}`}>
              {t("forecast.handed", {
                people: format.number(row.people),
                journey: row.name || row.journey,
                node: nameOf(row.node),
              })}
            </p>
          ))}
        </section>
      )}
      <section className="panel">
        <h2>{t("forecast.endedTitle")}</h2>
        <Shares
          shares={result.ended}
          label={(key) => t(`enrollment.state.${key}`, { defaultValue: key })}
          testId="forecast-ended"
        />
      </section>
      {minor.length > 0 && (
        <section className="panel" data-testid="forecast-notes">
          <h2>{t("forecast.notes")}</h2>
          <ul className="forecast-notes">
            {minor.map((note) => (
              <li key={note.code}>{worded(note)}</li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

/** The month and day of an instant in a zone. */
function sendsDay(instant: string, zone: string): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone: zone, month: "2-digit", day: "2-digit" }).format(
    Date.parse(instant),
  );
}
