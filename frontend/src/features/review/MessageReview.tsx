import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type Fates, type MessagesAnswer, messageReviewQuery, type NamedFates } from "@/api/reviewWorth";
import { HeatGrid } from "@/charts/HeatGrid";
import { useFormat } from "@/format/useFormat";
import { Figure } from "./Figures";
import { Part } from "./Part";
import { Scroll } from "./Scroll";
import type { TabProps } from "./tabs";
import { type NodeWords, useNodeWords } from "./useNodeWords";

const MEASURES = ["sent", "delivered", "clicked", "opted_out", "failed", "blocked"] as const;
const BY_HOUR = ["sent", "delivered", "clicked", "blocked"] as const;

/** What became of messages: by template, account and node, and by the hour at which they were sent. */
export function MessageReview({ journeyId, filters, graph }: TabProps) {
  const { t } = useTranslation();
  const messages = useQuery(messageReviewQuery(journeyId, filters));
  const words = useNodeWords(graph);
  return (
    <Part query={messages} isEmpty={({ total }) => total.asked === 0} empty={t("worth.noMessages")}>
      {(answer) => <Shown answer={answer} words={words} />}
    </Part>
  );
}

const shareOf = (fates: Fates, measure: (typeof MEASURES)[number]) => {
  const whole = measure === "blocked" ? fates.asked : fates.sent + (measure === "failed" ? fates.failed : 0);
  return whole > 0 ? fates[measure] / whole : null;
};

function Shown({ answer, words }: { answer: MessagesAnswer; words: NodeWords }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { total, hours } = answer;
  return (
    <>
      <section className="figures figures-small">
        {MEASURES.map((measure) => {
          const share = shareOf(total, measure);
          return (
            <Figure
              key={measure}
              label={t(`worth.column.${measure}`)}
              value={format.number(total[measure])}
              detail={measure === "sent" || share === null ? undefined : format.percent(share)}
              testId={`messages-${measure}`}
            />
          );
        })}
      </section>
      <FatesTable title={t("worth.templates")} rows={answer.templates} testId="by-template" />
      <FatesTable title={t("worth.accounts")} rows={answer.accounts} testId="by-account" />
      <FatesTable
        title={t("worth.nodes")}
        rows={answer.nodes.map((row) => ({ ...row, name: row.name || words.node(row.key) }))}
        testId="by-node"
      />
      <section className="panel">
        <h2>{t("worth.hours")}</h2>
        <p className="soft">{t("worth.hoursHint", { zone: format.zone })}</p>
        <HeatGrid
          byRow
          label={t("worth.hours")}
          corner={t("worth.hour")}
          columns={hours.map(({ hour }) => ({ key: String(hour), name: String(hour) }))}
          rows={BY_HOUR.map((measure) => ({
            key: measure,
            name: t(`worth.column.${measure}`),
            cells: hours.map((fates) => (fates.asked > 0 ? fates[measure] : null)),
          }))}
          worded={format.number}
          testId="hours"
        />
      </section>
    </>
  );
}

function FatesTable({ title, rows, testId }: { title: string; rows: readonly NamedFates[]; testId: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <section className="panel">
      <h2>{title}</h2>
      <Scroll label={title}>
        <table className="funnel funnel-fates" data-testid={testId}>
          <thead>
            <tr>
              <th>{t("worth.name")}</th>
              {MEASURES.map((measure) => (
                <th key={measure} className="numeric">
                  {t(`worth.column.${measure}`)}
                </th>
              ))}
              <th>{t("worth.why")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.key}>
                <td>
                  <b>{row.name || row.key}</b>
                </td>
                {MEASURES.map((measure) => {
                  const share = shareOf(row, measure);
                  return (
                    <td key={measure} className="numeric">
                      {format.number(row[measure])}
                      {measure !== "sent" && share !== null && <div className="soft">{format.percent(share)}</div>}
                    </td>
                  );
                })}
                <td className="wraps">
                  <Why title={t("worth.column.failed")} reasons={row.failed_by} />
                  <Why title={t("worth.column.blocked")} reasons={row.blocked_by} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}

function Why({ title, reasons }: { title: string; reasons: Fates["failed_by"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const worded = (reason: string) => t(`stream.reason.${reason}`, { defaultValue: reason });
  if (reasons.length === 0) return null;
  return (
    <div>
      <span className="soft">{title}</span>{" "}
      {reasons.map(({ reason, messages }) => (
        <span className="chip" key={reason}>
          {worded(reason)} {format.number(messages)}
        </span>
      ))}
    </div>
  );
}
