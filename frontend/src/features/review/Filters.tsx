import { Button, DatePicker, Input, Select } from "antd";
import dayjs from "dayjs";
import { useTranslation } from "react-i18next";
import type { Version } from "@/api/life";
import { CHANNELS } from "@/api/privacy";
import { REVIEW_FILTERS, type ReviewFilter, type ReviewFilters } from "@/api/review";
import type { Graph } from "@/canvas/core/graph";
import { SegmentPick } from "@/canvas/fields/SegmentPick";

interface Props {
  given: ReviewFilters;
  put: (name: ReviewFilter, value: string | undefined) => void;
  /** Of one journey; across journeys only the period can be chosen. */
  journey?: { graph: Graph; versions: readonly Version[] };
}

interface Variants {
  name?: string;
  variants?: { id: string; name?: string }[];
}

/** What narrows a review, kept in the address. */
export function Filters({ given, put, journey }: Props) {
  const { t } = useTranslation();
  const chosen = REVIEW_FILTERS.filter((name) => given[name]);
  return (
    <div className="filters review-filters" data-testid="review-filters">
      <DatePicker.RangePicker
        allowEmpty={[true, true]}
        value={[given.since ? dayjs(given.since) : null, given.until ? dayjs(given.until) : null]}
        placeholder={[t("review.since"), t("review.until")]}
        aria-label={t("review.period")}
        data-testid="review-period"
        onChange={(range) => {
          put("since", range?.[0]?.format("YYYY-MM-DD"));
          put("until", range?.[1]?.format("YYYY-MM-DD"));
        }}
      />
      {journey && (
        <>
          <Select
            allowClear
            value={given.version}
            placeholder={t("review.anyVersion")}
            aria-label={t("journeys.version")}
            data-testid="review-version"
            options={journey.versions.map(({ number }) => ({ value: String(number), label: `v${number}` }))}
            onChange={(value?: string) => put("version", value)}
          />
          <Select
            allowClear
            popupMatchSelectWidth={false}
            value={given.variant}
            placeholder={t("review.anyVariant")}
            aria-label={t("review.variant")}
            data-testid="review-variant"
            options={variantsOf(journey.graph, t("node.ab.title"))}
            onChange={(value?: string) => put("variant", value)}
          />
          <Select
            allowClear
            popupMatchSelectWidth={false}
            value={given.channel}
            placeholder={t("review.anyChannel")}
            aria-label={t("node.send.channel")}
            data-testid="review-channel"
            options={CHANNELS.map((value) => ({ value, label: t(`channel.${value}`) }))}
            onChange={(value?: string) => put("channel", value)}
          />
          <SegmentPick
            allowClear
            value={given.segment}
            placeholder={t("profiles.anySegment")}
            testId="review-segment"
            onChange={(value) => put("segment", value)}
          />
          <Input
            key={given.attribute ?? ""}
            style={{ width: 172 }}
            allowClear
            defaultValue={given.attribute}
            placeholder={t("review.attributeExample")}
            aria-label={t("review.attribute")}
            data-testid="review-attribute"
            onClear={() => put("attribute", undefined)}
            onPressEnter={({ currentTarget }) => put("attribute", attributeOf(currentTarget.value))}
            onBlur={({ currentTarget }) => put("attribute", attributeOf(currentTarget.value))}
          />
        </>
      )}
      {chosen.length > 0 && (
        <Button
          type="link"
          size="small"
          data-testid="review-clear"
          onClick={() => {
            for (const name of chosen) put(name, undefined);
          }}
        >
          {t("review.clear")}
        </Button>
      )}
    </div>
  );
}

/** "key:value" as typed, undefined while it is not whole; operators of Chinese type the wide colon. */
export function attributeOf(typed: string): string | undefined {
  const match = /^\s*([^:：]+?)\s*[:：]\s*(.+?)\s*$/.exec(typed);
  return match ? `${match[1]}:${match[2]}` : undefined;
}

function variantsOf(graph: Graph, title: string): { value: string; label: string }[] {
  return graph.nodes
    .filter(({ type }) => type === "ab")
    .flatMap(({ id, name, config }) =>
      ((config as Variants).variants ?? []).map((variant) => ({
        value: `${id}:${variant.id}`,
        label: `${name || title} · ${variant.name || variant.id}`,
      })),
    );
}
