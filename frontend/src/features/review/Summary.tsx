import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";
import { type Sentence, summaryQuery } from "@/api/reviewWorth";
import { useFormat } from "@/format/useFormat";
import { language } from "@/i18n";
import { Part } from "./Part";
import { figureText, sourceTab } from "./sentences";
import type { TabProps } from "./tabs";

/** The review in sentences, each with the figures it rests on and a way to where they stand. */
export function Summary({ journeyId, filters }: TabProps) {
  const { t } = useTranslation();
  const summary = useQuery(summaryQuery(journeyId, filters));
  return (
    <Part query={summary} isEmpty={({ sentences }) => sentences.length === 0} empty={t("review.none")}>
      {({ sentences }) => (
        <section className="panel" data-testid="summary">
          <h2>{t("review.tab.summary")}</h2>
          <p className="soft">{t("review.summaryHint")}</p>
          <ol className="summary">
            {sentences.map((sentence) => (
              <li key={`${sentence.code} ${sentence.en}`} data-code={sentence.code}>
                {sentence[language() === "en" ? "en" : "zh"]} <RestsOn figure={sentence.figure} />
              </li>
            ))}
          </ol>
        </section>
      )}
    </Part>
  );
}

function RestsOn({ figure }: Pick<Sentence, "figure">) {
  const { t } = useTranslation();
  const format = useFormat();
  const { search } = useLocation();
  const { source, ...figures } = figure;
  const tab = sourceTab(source);
  const reason = (code: string) => t(`stream.reason.${code}`, { defaultValue: code });
  const told = Object.entries(figures).map(
    ([key, value]) =>
      `${t(`worth.figure.${key}`, { defaultValue: key })} ${
        key === "reason" ? reason(String(value)) : figureText(key, value, String(figures.currency ?? ""), format)
      }`,
  );
  const address = new URLSearchParams(search);
  if (tab === "overview") address.delete("tab");
  else if (tab) address.set("tab", tab);
  return (
    <span className="chip">
      {told.join(" · ")}
      {tab && (
        <>
          {" · "}
          <Link to={{ search: address.toString() }}>{t(`review.tab.${tab}`)}</Link>
        </>
      )}
    </span>
  );
}
