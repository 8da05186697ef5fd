import type { CSSProperties } from "react";
import { useTranslation } from "react-i18next";
import type { NodeCounts } from "@/api/types";
import { FAMILY } from "@/app/look";
import type { Graph, GraphNode } from "@/canvas/core/graph";
import { isStart, kindOf, outcomesOf } from "@/canvas/nodes/registry";
import { useFormat } from "@/format/useFormat";

/** Nodes in the order a walk from the trigger meets them, what cannot be reached last. */
export function walkOrder(graph: Graph): GraphNode[] {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const seen = new Set<string>();
  const queue = graph.nodes.filter(isStart).map((node) => node.id);
  while (queue.length > 0) {
    const id = queue.shift();
    if (id === undefined || seen.has(id) || !byId.has(id)) continue;
    seen.add(id);
    queue.push(...graph.edges.filter((edge) => edge.source === id).map((edge) => edge.target));
  }
  const reached = [...seen].flatMap((id) => byId.get(id) ?? []);
  return [...reached, ...graph.nodes.filter((node) => !seen.has(node.id))];
}

interface Props {
  graph: Graph;
  counts: Record<string, NodeCounts>;
  enrolled: number;
}

/** How many people reached each node, and how they left it. */
export function Funnel({ graph, counts, enrolled }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <table className="funnel" data-testid="funnel">
      <thead>
        <tr>
          <th>{t("review.node")}</th>
          <th>{t("canvas.numbers.entered")}</th>
          <th className="numeric">{t("canvas.numbers.waiting")}</th>
          <th>{t("review.left")}</th>
        </tr>
      </thead>
      <tbody>
        {walkOrder(graph).map((node) => {
          const kind = kindOf(node.type);
          const look = FAMILY[kind?.definition.family ?? "end"];
          const count = counts[node.id];
          const entered = count?.entered ?? 0;
          const outcomes = outcomesOf(node);
          return (
            <tr
              key={node.id}
              data-testid={`funnel-${node.id}`}
              style={{ "--ink": look.ink, "--tint": look.tint } as CSSProperties}
            >
              <td>
                <span className="funnel-node">
                  <span className="card-icon">{kind && <kind.Icon />}</span>
                  {node.name || t(`node.${node.type}.title`, { defaultValue: node.type })}
                </span>
              </td>
              <td>
                <span className="bar">
                  <span style={{ width: `${enrolled > 0 ? Math.min(100, (entered / enrolled) * 100) : 0}%` }} />
                </span>
                <b>{format.number(entered)}</b>{" "}
                <span className="soft">{format.percent(enrolled > 0 ? entered / enrolled : 0)}</span>
              </td>
              <td className="numeric">{format.number(count?.waiting ?? 0)}</td>
              <td>
                {Object.entries(count?.left ?? {})
                  .filter(([, number]) => number > 0)
                  .map(([id, number]) => (
                    <span className="chip" key={id}>
                      {outcomes.find((outcome) => outcome.id === id)?.name || t(`outcome.${id}`, { defaultValue: id })}{" "}
                      {format.number(number)}
                    </span>
                  ))}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
