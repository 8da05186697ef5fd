import { BarChartOutlined, DownloadOutlined, TableOutlined } from "@ant-design/icons";
import { Button } from "antd";
import type { ECharts } from "echarts/core";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useTheme } from "@/app/theme";
import { type ChartTable, csvOf } from "./csv";
import { frame, type Option } from "./frame";
import { type Inks, inksNow } from "./inks";
import "./charts.css";

interface Props {
  /** What is drawn, for who hears it. */
  label: string;
  option: (inks: Inks) => Option;
  table: ChartTable;
  height: number;
  testId: string;
  /** Called with the place of what was clicked; in the table each row's name is a button then. */
  onPick?: ((index: number) => void) | undefined;
}

/** How many rows are told of a chart in one breath. */
const TOLD = 8;

/** A chart with its figures as a table one press away. */
export function Chart({ label, option, table, height, testId, onPick }: Props) {
  const { t } = useTranslation();
  const [asTable, setAsTable] = useState(false);
  return (
    <figure className="chart-box" data-testid={testId}>
      <Button
        className="chart-switch"
        size="small"
        type="text"
        icon={asTable ? <BarChartOutlined /> : <TableOutlined />}
        aria-pressed={asTable}
        data-testid={`${testId}-table`}
        onClick={() => setAsTable(!asTable)}
      >
        {t(asTable ? "charts.asChart" : "charts.asTable")}
      </Button>
      {asTable ? (
        <Rows label={label} table={table} onPick={onPick} />
      ) : (
        <Drawn
          option={option}
          height={height}
          described={described(label, table)}
          figures={JSON.stringify(table)}
          onPick={onPick}
        />
      )}
    </figure>
  );
}

function described(label: string, { rows }: ChartTable): string {
  const told = rows.slice(0, TOLD).map(({ cells }) => cells.join(" "));
  return [label, ...told, ...(rows.length > TOLD ? ["…"] : [])].join("; ");
}

function Rows({ label, table, onPick }: Pick<Props, "label" | "table" | "onPick">) {
  const { t } = useTranslation();
  return (
    <div className="chart-scroll">
      <Button
        size="small"
        icon={<DownloadOutlined />}
        href={`data:text/csv;charset=utf-8,${encodeURIComponent(csvOf(table))}`}
        download={`${label}.csv`}
        data-testid="chart-csv"
      >
        {t("charts.save")}
      </Button>
      <table className="chart-table">
        <caption className="unseen">{label}</caption>
        <thead>
          <tr>
            {table.head.map((name, place) => (
              <th key={name} scope="col" className={place > 0 ? "numeric" : undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map(({ key, cells: [name, ...rest] }, index) => (
            <tr key={key}>
              <th scope="row">
                {onPick ? (
                  <button type="button" className="as-link" onClick={() => onPick(index)}>
                    {name}
                  </button>
                ) : (
                  name
                )}
              </th>
              {rest.map((cell, place) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a cell has no name but its column
                <td key={place} className="numeric">
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface DrawnProps extends Pick<Props, "option" | "height" | "onPick"> {
  described: string;
  /** What is drawn, by which the chart knows whether it is another. */
  figures: string;
}

function Drawn({ option, height, described, figures, onPick }: DrawnProps) {
  const box = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<ECharts>();
  const mode = useTheme((chosen) => chosen.mode);
  const pick = useRef(onPick);
  pick.current = onPick;
  useEffect(() => {
    const element = box.current;
    let made: ECharts | undefined;
    let gone = false;
    const show = async () => {
      const { init } = await import("./engine");
      // Of an element without a size nothing can be drawn, and the library says so loudly.
      if (gone || made || !element?.clientWidth) return;
      made = init(element, null, { renderer: "svg" });
      made.on("click", ({ dataIndex }) => pick.current?.(dataIndex));
      setChart(made);
    };
    const sizes = new ResizeObserver(() => (made ? made.resize() : void show()));
    if (element) sizes.observe(element);
    return () => {
      gone = true;
      sizes.disconnect();
      made?.dispose();
    };
  }, []);
  const build = useRef(option);
  build.current = option;
  // biome-ignore lint/correctness/useExhaustiveDependencies: drawn anew for other figures, and for the colours of another mode
  useEffect(() => {
    if (!chart || chart.isDisposed()) return;
    const inks = inksNow();
    chart.setOption(frame(inks, build.current(inks)), { notMerge: true });
  }, [chart, figures, mode]);
  return (
    <div
      ref={box}
      className={onPick ? "chart-drawn chart-picks" : "chart-drawn"}
      style={{ height }}
      role="img"
      aria-label={described}
    />
  );
}
