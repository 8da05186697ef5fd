import { useFormat } from "@/format/useFormat";
import { type Bucket, ceilingOf, type Line } from "./series";

const WIDTH = 900;
const HEIGHT = 240;
const LEFT = 64;
const BOTTOM = 26;
const TOP = 10;
/** Room for half of the last label. */
const RIGHT = 28;
const PLOT = { width: WIDTH - LEFT - RIGHT, height: HEIGHT - BOTTOM - TOP };
const LABELS = 8;
const SHADES = ["brand", "good", "warn", "violet", "rose", "sky", "slate", "grey-strong"].map(
  (name) => `var(--${name})`,
);

export interface Series {
  id: string;
  name: string;
  colour: string;
}

/** Which of many places along the axis carry a label. */
function labelled(count: number): (index: number) => boolean {
  const every = Math.max(1, Math.ceil(count / LABELS));
  return (index) => index % every === 0;
}

function Axis({ top }: { top: number }) {
  const format = useFormat();
  return (
    <>
      {[0, 0.5, 1].map((share) => {
        const y = TOP + PLOT.height * (1 - share);
        return (
          <g key={share}>
            <line x1={LEFT} x2={WIDTH - RIGHT} y1={y} y2={y} className="chart-line" />
            <text x={LEFT - 8} y={y + 4} textAnchor="end" className="chart-text">
              {format.number(top * share)}
            </text>
          </g>
        );
      })}
    </>
  );
}

export function Legend({ series }: { series: readonly Series[] }) {
  return (
    <ul className="chart-legend">
      {series.map(({ id, name, colour }) => (
        <li key={id}>
          <i style={{ background: colour }} /> {name}
        </li>
      ))}
    </ul>
  );
}

interface BarsProps {
  buckets: readonly Bucket[];
  series: readonly Series[];
  label: string;
  /** Of a bucket's name, what stands under its bar. */
  short: (key: string) => string;
}

/** Bars over time, each stacked of its parts. */
export function StackedBars({ buckets, series, label, short }: BarsProps) {
  const format = useFormat();
  const sums = buckets.map(({ parts }) => series.reduce((sum, { id }) => sum + (parts[id] ?? 0), 0));
  const top = ceilingOf(Math.max(0, ...sums));
  const step = PLOT.width / Math.max(1, buckets.length);
  const width = Math.min(46, step * 0.78);
  const shows = labelled(buckets.length);
  return (
    <svg className="chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      <Axis top={top} />
      {buckets.map(({ key, parts }, index) => {
        const x = LEFT + step * index + (step - width) / 2;
        let above = 0;
        return (
          <g key={key}>
            <title>
              {[key, ...series.map(({ id, name }) => `${name} ${format.number(parts[id] ?? 0)}`)].join("\n")}
            </title>
            {series.map(({ id, colour }) => {
              const height = ((parts[id] ?? 0) / top) * PLOT.height;
              above += height;
              return <rect key={id} x={x} y={TOP + PLOT.height - above} width={width} height={height} fill={colour} />;
            })}
            {shows(index) && (
              <text x={x + width / 2} y={HEIGHT - 8} textAnchor="middle" className="chart-text">
                {short(key)}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}

interface LinesProps {
  days: readonly string[];
  lines: readonly Line[];
  nameOf: (node: string) => string;
  label: string;
  dayOf: (instant: string) => string;
}

/** One line a node, over days. */
export function Lines({ days, lines, nameOf, label, dayOf }: LinesProps) {
  const format = useFormat();
  const top = ceilingOf(Math.max(0, ...lines.flatMap(({ values }) => values)));
  const step = PLOT.width / Math.max(1, days.length - 1);
  const shows = labelled(days.length);
  const at = (value: number, index: number) =>
    `${(LEFT + step * index).toFixed(1)},${(TOP + PLOT.height * (1 - value / top)).toFixed(1)}`;
  const series = lines.map(({ node }, index) => ({
    id: node,
    name: nameOf(node),
    colour: SHADES[index % SHADES.length] ?? "var(--slate)",
  }));
  return (
    <>
      <svg className="chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
        <Axis top={top} />
        {lines.map(({ node, values }, index) => (
          <g key={node} stroke={series[index]?.colour} fill="none">
            <title>{`${nameOf(node)}: ${format.number(Math.max(...values))}`}</title>
            <polyline points={values.map(at).join(" ")} strokeWidth={2} />
          </g>
        ))}
        {days.map(
          (day, index) =>
            shows(index) && (
              <text key={day} x={LEFT + step * index} y={HEIGHT - 8} textAnchor="middle" className="chart-text">
                {dayOf(day)}
              </text>
            ),
        )}
      </svg>
      <Legend series={series} />
    </>
  );
}
