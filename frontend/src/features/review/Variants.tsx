import { Empty, Table } from "antd";
import { useTranslation } from "react-i18next";
import type { Review } from "@/api/types";
import type { Graph } from "@/canvas/core/graph";
import { useFormat } from "@/format/useFormat";
import { useNodeWords } from "./useNodeWords";

type Variant = Review["variants"][number];

/** A/B results: people and primary conversions of each variant. */
export function Variants({ variants, graph }: { variants: Variant[]; graph: Graph }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useNodeWords(graph);
  const best = Math.max(0, ...variants.map((variant) => variant.rate ?? 0));
  if (variants.length === 0) return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("review.noVariants")} />;
  const columns = [
    { title: t("review.test"), key: "test", render: (_: unknown, row: Variant) => words.test(row.node, row.node_name) },
    {
      title: t("review.variant"),
      key: "variant",
      render: (_: unknown, row: Variant) => <b>{row.name || row.variant}</b>,
    },
    {
      title: t("review.runs"),
      key: "people",
      align: "right" as const,
      render: (_: unknown, row: Variant) => format.number(row.people),
    },
    {
      title: t("review.converted"),
      key: "converted",
      align: "right" as const,
      render: (_: unknown, row: Variant) => format.number(row.converted),
    },
    {
      title: t("review.rateTitle"),
      key: "rate",
      width: 240,
      render: (_: unknown, row: Variant) => (
        <span className="rate">
          <span className="bar">
            <span style={{ width: `${best > 0 ? ((row.rate ?? 0) / best) * 100 : 0}%` }} />
          </span>
          {row.rate === null ? "–" : format.percent(row.rate)}
        </span>
      ),
    },
  ];
  return (
    <Table<Variant>
      size="small"
      rowKey={(row) => `${row.node}/${row.variant}`}
      columns={columns}
      dataSource={variants}
      pagination={false}
      data-testid="variants"
    />
  );
}
