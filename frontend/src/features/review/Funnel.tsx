import type { CSSProperties } from "react";
import { useTranslation } from "react-i18next";
import type { Behind, FunnelNode } from "@/api/reviewPaths";
import { FAMILY } from "@/app/look";
import type { Graph, GraphNode } from "@/canvas/core/graph";
import { isStart, kindOf } from "@/canvas/nodes/registry";
import { useFormat } from "@/format/useFormat";
import { Amounts } from "./Amounts";
import { NOTHING } from "./funnelModel";
import { useOpenPeople } from "./people";
import { useNodeWords } from "./useNodeWords";

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
  nodes: ReadonlyMap<string, FunnelNode>;
  entered: number;
}

/** How many people reached each node, how long they stayed, how they left it, and what it sent; each number opens its people. */
export function Funnel({ graph, nodes, entered }: Props) {
  const { t } = useTranslation();
  return (
    <table className="funnel funnel-nodes" data-testid="funnel">
      <thead>
        <tr>
          <th>{t("review.node")}</th>
          <th>{t("review.people")}</th>
          <th className="numeric">{t("review.times")}</th>
          <th className="numeric">{t("canvas.numbers.waiting")}</th>
          <th className="numeric">{t("review.stay")}</th>
          <th>{t("review.left")}</th>
          <th>{t("review.messages")}</th>
          <th className="numeric">{t("review.converted")}</th>
        </tr>
      </thead>
      <tbody>
        {walkOrder(graph).map((node) => (
          <Row key={node.id} graph={graph} node={node} counted={nodes.get(node.id) ?? NOTHING} entered={entered} />
        ))}
      </tbody>
    </table>
  );
}

const SHOWN = ["sent", "delivered", "read", "clicked", "replied", "failed", "blocked"] as const;

interface RowProps {
  graph: Graph;
  node: GraphNode;
  counted: FunnelNode;
  entered: number;
}

function Row({ graph, node, counted, entered }: RowProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useNodeWords(graph);
  const open = useOpenPeople();
  const kind = kindOf(node.type);
  const look = FAMILY[kind?.definition.family ?? "end"];
  const name = words.node(node.id);
  const worth = counted.converted.value.filter(({ value }) => Number(value) !== 0);
  const share = entered > 0 ? counted.people / entered : 0;
  const number = (value: number, behind: Behind, title: string) =>
    value > 0 ? (
      <button type="button" className="as-link" onClick={() => open(behind, `${name} · ${title}`)}>
        {format.number(value)}
      </button>
    ) : (
      format.number(value)
    );
  return (
    <tr data-testid={`funnel-${node.id}`} style={{ "--ink": look.ink, "--tint": look.tint } as CSSProperties}>
      <td>
        <span className="funnel-node">
          <span className="card-icon">{kind && <kind.Icon />}</span>
          <span>{name}</span>
        </span>
      </td>
      <td>
        <span className="bar">
          <span style={{ width: `${Math.min(100, share * 100)}%` }} />
        </span>
        <b>{number(counted.people, { what: "came", node: node.id }, t("canvas.numbers.entered"))}</b>{" "}
        <span className="soft">{format.percent(share)}</span>
      </td>
      <td className="numeric">{format.number(counted.times)}</td>
      <td className="numeric">
        {number(counted.waiting, { what: "waiting", node: node.id }, t("canvas.numbers.waiting"))}
      </td>
      <td className="numeric">{counted.stay ? <Stay {...counted.stay} /> : "–"}</td>
      <td className="wraps">
        {Object.entries(counted.left)
          .filter(([, { people }]) => people > 0)
          .map(([outcome, { people }]) => (
            <span className="chip" key={outcome}>
              {words.outcome(node.id, outcome)}{" "}
              {number(people, { what: "left", node: node.id, outcome }, words.outcome(node.id, outcome))}
            </span>
          ))}
      </td>
      <td className="wraps">
        {SHOWN.filter((state) => (counted.messages[state]?.people ?? 0) > 0).map((state) => (
          <span className="chip" key={state}>
            {t(`review.message.${state}`)}{" "}
            {number(counted.messages[state]?.people ?? 0, { what: state, node: node.id }, t(`review.message.${state}`))}
          </span>
        ))}
      </td>
      <td className="numeric">
        {number(counted.converted.people, { what: "converted", node: node.id }, t("review.converted"))}
        {worth.length > 0 && (
          <div className="soft">
            <Amounts amounts={worth} />
          </div>
        )}
      </td>
    </tr>
  );
}

function Stay({ p50_s, p90_s }: NonNullable<FunnelNode["stay"]>) {
  const { t } = useTranslation();
  const format = useFormat();
  if (p90_s === 0) return <>{t("review.atOnce")}</>;
  return (
    <>
      {format.span(p50_s)}
      {p90_s !== p50_s && <div className="soft">{t("review.mostStay", { span: format.span(p90_s) })}</div>}
    </>
  );
}
