import { useTranslation } from "react-i18next";
import type { PlayEvidence } from "@/api/listing";
import { durationText } from "@/canvas/core/sentences";
import { useFormat } from "@/format/useFormat";

/** What the journey had come to when the play was kept: figures of then, with what they count. */
export function Evidence({ evidence }: { evidence: PlayEvidence }) {
  const { t } = useTranslation();
  const { time, number, percent, amounts } = useFormat();
  const { period, conversion, definition } = evidence;
  return (
    <section className="play-needs play-evidence" data-testid="play-evidence">
      <h2>{t("plays.evidence.title")}</h2>
      <dl>
        <dt>{t("plays.evidence.period")}</dt>
        <dd>
          {time(period.since)} – {time(period.until)}
        </dd>
        <dt>{t("plays.evidence.people")}</dt>
        <dd>{number(evidence.people)}</dd>
        <dt>{t("plays.evidence.conversion")}</dt>
        <dd data-testid="play-evidence-rate">
          {conversion?.rate == null || conversion.low == null || conversion.high == null
            ? t("plays.evidence.none")
            : t("plays.evidence.rate", {
                rate: percent(conversion.rate),
                low: percent(conversion.low),
                high: percent(conversion.high),
                people: number(conversion.people),
              })}
        </dd>
        <dt>{t("plays.evidence.value")}</dt>
        <dd>{amounts(evidence.value)}</dd>
        <dt>{t("plays.evidence.cost")}</dt>
        <dd>{amounts(evidence.cost)}</dd>
      </dl>
      {definition && (
        <p className="soft">
          {t("plays.evidence.definition", {
            goal: definition.name || definition.goal,
            event: definition.event || "–",
            window: definition.window ? durationText(t, definition.window) : "–",
            source: t(`plays.evidence.source.${definition.source}`),
          })}
        </p>
      )}
      {evidence.texts.length > 0 && (
        <details>
          <summary>{t("plays.evidence.texts")}</summary>
          <ul className="play-lacks">
            {evidence.texts.map((text) => (
              <li key={text.node}>
                <b>{text.name}</b> {text.body}
              </li>
            ))}
          </ul>
        </details>
      )}
      <p className="soft">{t("plays.evidence.keptAt", { at: time(evidence.kept_at) })}</p>
    </section>
  );
}
