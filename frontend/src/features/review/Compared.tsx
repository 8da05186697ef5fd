import { useTranslation } from "react-i18next";
import type { FunnelAnswer } from "@/api/reviewPaths";
import type { Graph } from "@/canvas/core/graph";
import { bars, heightOf } from "@/charts/bars";
import { Chart } from "@/charts/Chart";
import { useFormat } from "@/format/useFormat";
import { type Difference, nodeDifferences, rateDifferences, stageDifferences } from "./differences";
import { walkOrder } from "./Funnel";
import { useNodeWords } from "./useNodeWords";
import { pointsOf } from "./words";

interface Props {
  left: FunnelAnswer;
  right: FunnelAnswer;
  names: readonly [string, string];
  graph: Graph;
}

/** Two sides' stages and nodes, with what differs. */
export function Compared({ left, right, names, graph }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useNodeWords(graph);
  const stageName = (key: string) => t(`review.stage.${key}`, { defaultValue: key });
  const rates = rateDifferences(left, right);
  const percent = (value: number | null) => (value === null ? "–" : format.percent(value));
  return (
    <>
      <Chart
        label={t("sides.rates")}
        testId="compare-chart"
        height={heightOf(rates.length, 2)}
        table={{
          head: [t("review.stageTitle"), ...names],
          rows: rates.map(({ key, left: one, right: other }) => ({
            key,
            cells: [stageName(key), percent(one), percent(other)],
          })),
        }}
        option={(inks) =>
          bars(inks, {
            lying: true,
            names: rates.map(({ key }) => stageName(key)),
            series: [
              { name: names[0], values: rates.map((row) => row.left), ink: "grey" },
              { name: names[1], values: rates.map((row) => row.right), ink: "brand" },
            ],
            worded: format.percent,
          })
        }
      />
      <Rows
        title={t("sides.stages")}
        names={names}
        rows={stageDifferences(left, right)}
        nameOf={stageName}
        worded={format.number}
        testId="compare-stages"
      />
      <Rows
        title={t("sides.rates")}
        names={names}
        rows={rates}
        nameOf={stageName}
        worded={format.percent}
        signed
        testId="compare-rates"
      />
      <Rows
        title={t("sides.nodes")}
        names={names}
        rows={walked(graph, nodeDifferences(left, right))}
        nameOf={words.node}
        worded={format.percent}
        signed
        testId="compare-nodes"
      />
    </>
  );
}

/** In the order of a walk over the canvas; nodes that are no longer on it stand last. */
function walked(graph: Graph, rows: readonly Difference[]): Difference[] {
  const places = new Map(walkOrder(graph).map(({ id }, place) => [id, place]));
  const placeOf = ({ key }: Difference) => places.get(key) ?? places.size;
  return rows.toSorted((a, b) => placeOf(a) - placeOf(b));
}

interface RowsProps {
  title: string;
  names: readonly [string, string];
  rows: readonly Difference[];
  nameOf: (key: string) => string;
  worded: (value: number) => string;
  /** Shares: their change is one of percentage points. */
  signed?: boolean;
  testId: string;
}

function Rows({ title, names, rows, nameOf, worded, signed = false, testId }: RowsProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const shown = (value: number | null) => (value === null ? "–" : worded(value));
  const change = (value: number | null) => {
    if (value === null) return "–";
    if (signed) return t("sides.points", { points: pointsOf(value, format.number) });
    return `${value > 0 ? "+" : ""}${worded(value)}`;
  };
  return (
    <>
      <h3>{title}</h3>
      <table className="funnel funnel-even" data-testid={testId}>
        <thead>
          <tr>
            <th>{t("sides.measure")}</th>
            <th className="numeric">{names[0]}</th>
            <th className="numeric">{names[1]}</th>
            <th className="numeric">{t("sides.change")}</th>
            <th className="numeric">{t("sides.relative")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              <td>{nameOf(row.key)}</td>
              <td className="numeric">{shown(row.left)}</td>
              <td className="numeric">{shown(row.right)}</td>
              <td className="numeric">{change(row.change)}</td>
              <td className="numeric">{row.relative === null ? "–" : format.change(row.relative)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
