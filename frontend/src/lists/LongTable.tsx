import { useVirtualizer, type VirtualItem } from "@tanstack/react-virtual";
import { Empty, Spin } from "antd";
import { type CSSProperties, memo, type ReactNode, useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "@/app/Problem";
import { useFormat } from "@/format/useFormat";
import type { Pages } from "./usePages";
import { useRoomBelow } from "./useRoomBelow";
import "./lists.css";

/** A column, at least `width` pixels wide; columns share what room there is beyond that. */
export interface LongColumn<Row> {
  key: string;
  title: ReactNode;
  width: number;
  align?: "right";
  render: (value: unknown, row: Row) => ReactNode;
}

interface Props<Row extends { id: string }> {
  pages: Pages<Row>;
  columns: LongColumn<Row>[];
  /** What the list is, for who hears it. */
  label: string;
  /** What is said when nothing is found. */
  empty: ReactNode;
  testId: string;
  /** Pixels of the rows; as much as there is below the table if it is not given. */
  height?: number;
  chosen?: string;
}

const SCREENS_AHEAD = 2;
/** Pixels of a row with one line; what it really has is measured when it is drawn. */
const ROW = 46;
const ROWS_BESIDE = 6;

/** A table of however many rows: only those in sight are drawn, and the next page is read before its end is reached. */
export function LongTable<Row extends { id: string }>(props: Props<Row>) {
  const { pages, columns, label, empty, testId, height, chosen } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const [box, room] = useRoomBelow();
  const { rows, error, hasMore, isLoadingMore, loadMore, isPending, isStale } = pages;
  const scroller = useRef<HTMLDivElement>(null);
  const tall = height ?? room;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    getItemKey: (place) => rows[place]?.id ?? place,
    overscan: ROWS_BESIDE,
  });
  const seen = virtual.getVirtualItems();
  const last = seen.at(-1)?.end ?? 0;
  // Of a page that does not fill the table nobody can scroll to the end.
  const runsOut = rows.length > 0 && virtual.getTotalSize() - last < tall * SCREENS_AHEAD;
  useEffect(() => {
    if (runsOut && hasMore && !isLoadingMore) loadMore();
  });
  const grid = useMemo<CSSProperties>(
    () => ({
      gridTemplateColumns: columns.map(({ width }) => `minmax(${width}px, ${width}fr)`).join(" "),
      minWidth: columns.reduce((sum, { width }) => sum + width, 0),
    }),
    [columns],
  );
  if (error && rows.length === 0) return <Problem error={error} onRetry={pages.retry} />;
  return (
    <section className="long" ref={box} data-testid={testId} data-rows={rows.length}>
      {/* A list that is asked anew stays, dimmed, until the answer is there. */}
      <Spin spinning={isPending || isStale}>
        {/* biome-ignore lint/a11y/useSemanticElements: rows that are not drawn have no place in a table element */}
        <div
          role="table"
          aria-label={label}
          aria-rowcount={hasMore ? -1 : rows.length + 1}
          className="long-rows"
          ref={scroller}
          style={{ height: tall }}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard (WCAG 2.1.1)
          tabIndex={0}
        >
          <Head columns={columns as LongColumn<{ id: string }>[]} grid={grid} />
          {/* biome-ignore lint/a11y/useSemanticElements: as above */}
          <div role="rowgroup" className="long-all" style={{ height: virtual.getTotalSize(), minWidth: grid.minWidth }}>
            {seen.map((place) => {
              const row = rows[place.index];
              return (
                row && (
                  <Line
                    key={place.key}
                    row={row}
                    place={place.index}
                    start={place.start}
                    columns={columns as LongColumn<never>[]}
                    grid={grid}
                    isChosen={row.id === chosen}
                    measure={virtual.measureElement}
                  />
                )
              );
            })}
          </div>
          {/* Nothing is said to be missing before it is known. */}
          {rows.length === 0 && !isPending && <Empty className="long-none" description={empty} />}
        </div>
      </Spin>
      <div className="soft long-foot" aria-live="polite" data-testid={`${testId}-foot`} data-all={!hasMore}>
        {rows.length > 0 && t(hasMore ? "lists.soFar" : "lists.all", { shown: format.number(rows.length) })}
        {isLoadingMore && <Spin size="small" />}
      </div>
      {Boolean(error) && rows.length > 0 && <Problem error={error} onRetry={pages.retry} />}
    </section>
  );
}

interface HeadProps {
  columns: readonly LongColumn<{ id: string }>[];
  grid: CSSProperties;
}

const Head = memo(function Head({ columns, grid }: HeadProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows that are not drawn have no place in a table element
    <div role="rowgroup" className="long-head" style={{ minWidth: grid.minWidth }}>
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: a row is nothing to act upon */}
      <div role="row" aria-rowindex={1} className="long-line" style={grid}>
        {columns.map(({ key, title, align }) => (
          // biome-ignore lint/a11y/useSemanticElements: as above
          // biome-ignore lint/a11y/useFocusableInteractive: as above
          <div role="columnheader" key={key} style={{ textAlign: align }}>
            {title}
          </div>
        ))}
      </div>
    </div>
  );
});

interface LineProps {
  row: { id: string };
  place: number;
  start: VirtualItem["start"];
  columns: readonly LongColumn<never>[];
  grid: CSSProperties;
  isChosen: boolean;
  measure: (line: Element | null) => void;
}

/** Drawn anew only when it has another place, or its columns or its row change. */
const Line = memo(function Line({ row, place, start, columns, grid, isChosen, measure }: LineProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows that are not drawn have no place in a table element
    // biome-ignore lint/a11y/useFocusableInteractive: a row is nothing to act upon
    <div
      role="row"
      ref={measure}
      data-index={place}
      aria-rowindex={place + 2}
      className={isChosen ? "long-line long-row long-chosen" : "long-line long-row"}
      style={{ ...grid, transform: `translateY(${start}px)` }}
    >
      {columns.map(({ key, align, render }) => (
        // biome-ignore lint/a11y/useSemanticElements: as above
        <div role="cell" key={key} style={{ textAlign: align }}>
          {render(undefined, row as never)}
        </div>
      ))}
    </div>
  );
});
