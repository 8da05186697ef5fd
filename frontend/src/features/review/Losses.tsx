import { useQuery } from "@tanstack/react-query";
import { Alert, Empty, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type LossBar, type LossesAnswer, type LossReason, lossesQuery } from "@/api/reviewLosses";
import { Chart } from "@/charts/Chart";
import { type Fallen, fall, waterfall } from "@/charts/waterfall";
import { useFormat } from "@/format/useFormat";
import { language } from "@/i18n";
import { convertedBesides, knownBars } from "./lossBars";
import { Part } from "./Part";
import { useOpenPeople } from "./people";
import { RuleWords } from "./RuleWords";
import type { TabProps } from "./tabs";
import { useNodeWords } from "./useNodeWords";

const HEIGHT = 380;

/** Where people were lost between being eligible and converting, by which rule, and the loss most worth avoiding. */
export function Losses({ journeyId, filters, graph }: TabProps) {
  const { t } = useTranslation();
  const losses = useQuery(lossesQuery(journeyId, filters));
  return (
    <Part
      query={losses}
      isEmpty={({ bars }) => knownBars(bars).every(({ people, lost }) => people + lost === 0)}
      empty={t("review.none")}
    >
      {(answer) => <Shown answer={answer} graph={graph} />}
    </Part>
  );
}

function Shown({ answer, graph }: { answer: LossesAnswer; graph: TabProps["graph"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const steps = fall(knownBars(answer.bars));
  const worst = steps.toSorted((a, b) => b.lost - a.lost)[0];
  const [chosen, setChosen] = useState<string>();
  const key = chosen ?? answer.largest?.bar ?? worst?.key;
  const bar = answer.bars.find((each) => each.key === key);
  const nameOf = (step: string) => answer.bars.find((each) => each.key === step)?.messages[language()] ?? step;
  const besides = convertedBesides(answer.bars);
  return (
    <>
      <Alert
        type={answer.largest ? "warning" : "info"}
        showIcon
        className="review-verdict"
        title={answer.messages[language()] ?? answer.largest?.messages[language()] ?? ""}
        data-testid="largest-loss"
      />
      <section className="panel">
        <h2>{t("losses.title")}</h2>
        <p className="soft">
          {t("losses.hint")}{" "}
          {besides > 0 && (
            <span data-testid="losses-besides">
              {t("losses.besides", { step: nameOf("converted"), people: format.number(besides) })}
            </span>
          )}
        </p>
        <Chart
          label={t("losses.title")}
          testId="waterfall"
          height={HEIGHT}
          onPick={(index) => setChosen(steps[index]?.key)}
          table={{
            head: [
              t("losses.stepTitle"),
              t("losses.left"),
              t("review.ofFirst"),
              t("losses.lost"),
              t("losses.lostShare"),
            ],
            rows: steps.map((step) => ({
              key: step.key,
              cells: [
                nameOf(step.key),
                format.number(step.people),
                format.percent(step.share),
                format.number(step.lost),
                format.percent(step.lostShare),
              ],
            })),
          }}
          option={(inks) =>
            waterfall(inks, steps, {
              left: t("losses.left"),
              lost: t("losses.lost"),
              names: steps.map((step) => nameOf(step.key)),
              number: format.number,
            })
          }
        />
        <Steps steps={steps} chosen={key} nameOf={nameOf} onChoose={setChosen} />
      </section>
      {bar && <Reasons bar={bar} title={nameOf(bar.key)} graph={graph} />}
    </>
  );
}

interface StepsProps {
  steps: readonly Fallen[];
  chosen: string | undefined;
  nameOf: (key: string) => string;
  onChoose: (key: string) => void;
}

/** The bars once more as buttons: they can be reached without a mouse. */
function Steps({ steps, chosen, nameOf, onChoose }: StepsProps) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <fieldset className="loss-steps">
      <legend className="unseen">{t("losses.choose")}</legend>
      {steps
        .filter(({ lost }) => lost > 0)
        .map(({ key, lost }) => (
          <button
            key={key}
            type="button"
            className="loss-step"
            aria-pressed={key === chosen}
            onClick={() => onChoose(key)}
            data-testid={`loss-${key}`}
          >
            {nameOf(key)} <b>−{format.number(lost)}</b>
          </button>
        ))}
    </fieldset>
  );
}

/** Who might have come in and was refused has no run to open: of the entry's losses only those who were held out have. */
const hasRuns = (bar: string, reason: string) => bar !== "eligible" && (bar !== "entered" || reason === "held_out");

function Reasons({ bar, title, graph }: { bar: LossBar; title: string; graph: TabProps["graph"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useNodeWords(graph);
  const open = useOpenPeople();
  const worded = ({ messages, code }: LossReason) => messages[language()] ?? code;
  return (
    <section className="panel" data-testid="loss-reasons" data-step={bar.key}>
      <h2>{t("losses.reasonsOf", { step: title })}</h2>
      {bar.reasons.length === 0 ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("losses.noReason")} />
      ) : (
        <table className="funnel">
          <thead>
            <tr>
              <th>{t("losses.reason")}</th>
              <th className="numeric">{t("review.people")}</th>
              <th className="numeric">{t("losses.converted")}</th>
              <th>{t("losses.where")}</th>
              <th>{t("losses.rule")}</th>
            </tr>
          </thead>
          <tbody>
            {bar.reasons.map((reason) => (
              <tr key={`${reason.code} ${reason.detail}`}>
                <td>
                  {worded(reason)} {reason.avoidable && <Tag color="warning">{t("losses.avoidable")}</Tag>}
                </td>
                <td className="numeric">
                  {!hasRuns(bar.key, reason.code) ? (
                    format.number(reason.people)
                  ) : (
                    <button
                      type="button"
                      className="as-link"
                      data-testid={`loss-people-${reason.code}`}
                      onClick={() => open({ bar: bar.key, reason: reason.code }, `${title} · ${worded(reason)}`)}
                    >
                      {format.number(reason.people)}
                    </button>
                  )}
                </td>
                <td className="numeric">{format.number(reason.converted)}</td>
                <td className="wraps">
                  {reason.parts.map(({ node, channel, people }) => (
                    <span className="chip" key={`${node} ${channel}`}>
                      {words.node(node)} {t(`channel.${channel}`, { defaultValue: channel })} {format.number(people)}
                    </span>
                  ))}
                </td>
                <td className="wraps">
                  {reason.rules.map(({ rule, figures }) => (
                    <div key={rule}>
                      <RuleWords rule={rule} figures={figures} />
                    </div>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
