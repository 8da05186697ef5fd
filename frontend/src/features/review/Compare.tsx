import { useQuery } from "@tanstack/react-query";
import { DatePicker, Empty, Segmented, Select, Spin } from "antd";
import dayjs from "dayjs";
import { useTranslation } from "react-i18next";
import type { Version } from "@/api/life";
import type { ReviewFilters } from "@/api/review";
import { funnelQuery } from "@/api/reviewPaths";
import { Problem } from "@/app/Problem";
import { useFormat } from "@/format/useFormat";
import { useFilters } from "@/lists/useFilters";
import { Compared } from "./Compared";
import { periodBefore, sideFilters } from "./differences";
import type { TabProps } from "./tabs";

type Side = "left" | "right";
const SIDES: readonly Side[] = ["left", "right"];
const USUAL_DAYS = 14;

/** Two versions or two periods beside each other, kept in the address. */
export function Compare({ journeyId, filters, graph, versions }: TabProps & { versions: readonly Version[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [asked, put] = useFilters(SIDES);
  const usual = usualSides(versions);
  const sides = { left: asked.left ?? usual.left, right: asked.right ?? usual.right };
  const byVersion = sides.right.startsWith("version:");
  const left = useQuery(funnelQuery(journeyId, narrowed(filters, sides.left)));
  const right = useQuery(funnelQuery(journeyId, narrowed(filters, sides.right)));
  const error = left.error ?? right.error;
  const known = versions.toSorted((a, b) => b.number - a.number);
  const nameOf = (side: string) => {
    const { version, since, until } = sideFilters(side);
    if (version) return `v${version}`;
    return since && until ? `${format.day(since)} – ${format.day(until)}` : side;
  };
  const choose = (kind: "version" | "period") => {
    const next = kind === "version" ? versionSides(versions) : periodSides();
    if (!next) return;
    put("left", next.left);
    put("right", next.right);
  };
  return (
    <section className="panel" data-testid="compare">
      <header className="review-head">
        <h2>{t("sides.title")}</h2>
        <Segmented
          value={byVersion ? "version" : "period"}
          aria-label={t("sides.title")}
          options={[
            { value: "version" as const, label: t("sides.versions"), disabled: versions.length < 2 },
            { value: "period" as const, label: t("sides.periods") },
          ]}
          onChange={choose}
        />
      </header>
      <p className="soft">{t("sides.hint")}</p>
      <div className="filters">
        {SIDES.map((side) =>
          byVersion ? (
            <Select
              key={side}
              value={sides[side]}
              aria-label={t(`sides.${side}`)}
              data-testid={`compare-${side}`}
              options={known.map(({ number }) => ({ value: `version:${number}`, label: `v${number}` }))}
              onChange={(value) => put(side, value)}
            />
          ) : (
            <DatePicker.RangePicker
              key={side}
              allowClear={false}
              value={[dayjs(sideFilters(sides[side]).since), dayjs(sideFilters(sides[side]).until)]}
              aria-label={t(`sides.${side}`)}
              data-testid={`compare-${side}`}
              onChange={(range) =>
                range?.[0] && range[1] && put(side, `${range[0].format("YYYY-MM-DD")}/${range[1].format("YYYY-MM-DD")}`)
              }
            />
          ),
        )}
      </div>
      {error && <Problem error={error} onRetry={() => Promise.all([left.refetch(), right.refetch()])} />}
      {!error && (!left.data || !right.data) && <Spin className="block" />}
      {left.data && right.data && left.data.stages.length + right.data.stages.length === 0 && (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("review.nothingYet")} />
      )}
      {left.data && right.data && (
        <Compared left={left.data} right={right.data} names={[nameOf(sides.left), nameOf(sides.right)]} graph={graph} />
      )}
    </section>
  );
}

/** What the sides are themselves of is not narrowed once more. */
function narrowed({ since, until, version, ...rest }: ReviewFilters, side: string): ReviewFilters {
  const own = sideFilters(side);
  return own.version
    ? { ...rest, ...(since ? { since } : {}), ...(until ? { until } : {}), ...own }
    : { ...rest, ...(version ? { version } : {}), ...own };
}

/** The two newest versions, where there are two; else the last two weeks against those before. */
const usualSides = (versions: readonly Version[]) => versionSides(versions) ?? periodSides();

function versionSides(versions: readonly Version[]): Record<Side, string> | null {
  const [newest, before] = versions.toSorted((a, b) => b.number - a.number);
  return newest && before ? { left: `version:${before.number}`, right: `version:${newest.number}` } : null;
}

function periodSides(): Record<Side, string> {
  const until = dayjs().format("YYYY-MM-DD");
  const since = dayjs()
    .subtract(USUAL_DAYS - 1, "day")
    .format("YYYY-MM-DD");
  const before = periodBefore(since, until);
  return { left: `${before.since}/${before.until}`, right: `${since}/${until}` };
}
