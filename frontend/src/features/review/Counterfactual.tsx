import { useQuery } from "@tanstack/react-query";
import { Alert, Empty, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { templatesQuery } from "@/api/queries";
import type { ReplayResult } from "@/api/reviewReplay";
import { CHANGES, type Change } from "@/api/reviewReplay";
import type { Journey } from "@/api/types";
import { bars, heightOf } from "@/charts/bars";
import { Chart } from "@/charts/Chart";
import { useFormat } from "@/format/useFormat";
import { Figure } from "./Figures";
import { Notes } from "./Notes";
import { ReplayedRuns } from "./ReplayedRuns";

interface Props {
  journey: Journey;
  replay: string;
  result: ReplayResult;
}

/** Who would have got what, beside what they got. */
export function Counterfactual({ journey, replay, result }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { changed, people, scale } = result;
  return (
    <div className="review-part">
      {scale > 1 && (
        <Alert
          type="info"
          showIcon
          title={t("forecast.scaled", {
            all: format.number(result.sampled_from),
            scale: format.number(Math.round(scale * 100) / 100),
          })}
        />
      )}
      <section className="figures">
        <Figure label={t("replay.people")} value={format.number(people)} testId="replay-people" />
        <Figure
          label={t("replay.changed")}
          value={format.number(changed.people)}
          detail={people > 0 ? format.percent(changed.people / people) : undefined}
          mark={t("replay.simulated")}
          testId="replay-changed"
        />
        {(["gained", "lost"] as const).map((side) => (
          <Figure
            key={side}
            label={t(`replay.${side}`)}
            value={format.number(changed[side].people)}
            detail={t("replay.inMessages", {
              count: changed[side].messages,
              shown: format.number(changed[side].messages),
            })}
            mark={t("replay.simulated")}
            testId={`replay-${side}`}
          />
        ))}
      </section>
      <Messages result={result} />
      <Results journey={journey} result={result} />
      <Who journey={journey} replay={replay} />
      <Notes notes={result.notes} />
    </div>
  );
}

function Messages({ result: { messages } }: { result: ReplayResult }) {
  const { t } = useTranslation();
  const format = useFormat();
  const templates = useQuery(templatesQuery).data?.results;
  // What was recorded names a template by its key.
  const titleOf = (channel: string, key: string) =>
    templates?.find((each) => each.key === key && each.channel === channel)?.name ?? key;
  const nameOf = ({ channel, template }: { channel: string; template: string }) =>
    [template && titleOf(channel, template), t(`channel.${channel}`, { defaultValue: channel })]
      .filter(Boolean)
      .join(" · ");
  return (
    <section className="panel" data-testid="replay-messages">
      <h2>{t("replay.messages")}</h2>
      {messages.length === 0 ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("replay.noMessages")} />
      ) : (
        <Chart
          label={t("replay.messages")}
          testId="replay-chart"
          height={heightOf(messages.length, 2)}
          table={{
            head: [t("replay.what"), t("replay.before"), t("replay.after"), t("replay.gained"), t("replay.lost")],
            rows: messages.map((row) => ({
              key: `${row.channel} ${row.template}`,
              cells: [nameOf(row), ...[row.recorded, row.simulated, row.gained, row.lost].map(format.number)],
            })),
          }}
          option={(inks) =>
            bars(inks, {
              lying: true,
              names: messages.map(nameOf),
              series: [
                { name: t("replay.before"), values: messages.map(({ recorded }) => recorded), ink: "grey" },
                { name: t("replay.after"), values: messages.map(({ simulated }) => simulated), ink: "brand" },
              ],
              worded: format.number,
            })
          }
        />
      )}
    </section>
  );
}

/** Conversions, costs and ends, as they were and as they would have been. */
function Results({ journey, result }: { journey: Journey; result: ReplayResult }) {
  const { t } = useTranslation();
  const format = useFormat();
  const goalName = (id: string) => journey.graph.settings.goals?.find((goal) => goal.id === id)?.name || id;
  const states = [...new Set([...Object.keys(result.ended.recorded), ...Object.keys(result.ended.simulated)])];
  const rows: [string, string, string, string][] = [
    ...result.conversions.map((each): [string, string, string, string] => [
      `goal ${each.goal}`,
      t("replay.goal", { goal: goalName(each.goal) }),
      format.number(each.recorded),
      format.number(each.simulated),
    ]),
    ...result.cost.map(({ currency, recorded, simulated }): [string, string, string, string] => [
      `cost ${currency}`,
      t("worth.cost"),
      format.money({ currency, value: recorded }),
      format.money({ currency, value: simulated }),
    ]),
    ...states.map((state): [string, string, string, string] => [
      `end ${state}`,
      t(`enrollment.state.${state}`, { defaultValue: state }),
      format.number(result.ended.recorded[state] ?? 0),
      format.number(result.ended.simulated[state] ?? 0),
    ]),
  ];
  return (
    <section className="panel" data-testid="replay-results">
      <h2>{t("replay.results")}</h2>
      <p className="soft">{t("replay.resultsHint")}</p>
      <table className="funnel">
        <thead>
          <tr>
            <th>{t("sides.measure")}</th>
            <th className="numeric">{t("replay.before")}</th>
            <th className="numeric">{t("replay.after")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([key, name, before, after]) => (
            <tr key={key}>
              <td>{name}</td>
              <td className="numeric">{before}</td>
              <td className="numeric">{after}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Who({ journey, replay }: { journey: Journey; replay: string }) {
  const { t } = useTranslation();
  const [change, setChange] = useState<Change>();
  return (
    <section className="panel">
      <header className="review-head">
        <h2>{t("replay.who")}</h2>
        <Select<Change>
          allowClear
          popupMatchSelectWidth={false}
          value={change}
          placeholder={t("replay.anyChange")}
          aria-label={t("replay.change")}
          data-testid="replay-change"
          options={CHANGES.map((value) => ({ value, label: t(`replay.changes.${value}`) }))}
          onChange={setChange}
        />
      </header>
      <ReplayedRuns journey={journey} replay={replay} change={change} />
    </section>
  );
}
