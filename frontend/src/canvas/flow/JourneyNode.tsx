import { CloseCircleFilled, QuestionCircleFilled, WarningFilled } from "@ant-design/icons";
import { Handle, type Node, type NodeProps, Position } from "@xyflow/react";
import { Tooltip } from "antd";
import { type CSSProperties, memo, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { FAMILY } from "@/app/look";
import { useFormat } from "@/format/useFormat";
import { language } from "@/i18n";
import type { GraphNode } from "../core/graph";
import { isStart, kindOf, outcomesOf } from "../nodes/registry";
import { titleOf } from "../nodes/titleOf";
import { useView } from "../store/viewStore";
import { useNames, useSay } from "../useNames";
import { NodeNumbers } from "./NodeNumbers";

export const NODE_WIDTH = 248;

export type FlowNode = Node<{ node: GraphNode }, "journey">;

export const JourneyNode = memo(function JourneyNode({ id, data: { node }, selected }: NodeProps<FlowNode>) {
  const { t } = useTranslation();
  const say = useSay();
  const names = useNames();
  const kind = kindOf(node.type);
  const look = FAMILY[kind?.definition.family ?? "end"];
  const Icon = kind?.Icon ?? QuestionCircleFilled;
  const outcomes = outcomesOf(node);
  const [only] = outcomes;
  const lit = useView((state) => (state.trail === null ? null : state.trail.nodes.has(id)));
  const here = useView((state) => state.trail?.at === id);
  const title = titleOf(t, node);
  const style = { "--ink": look.ink, "--tint": look.tint, width: NODE_WIDTH } as CSSProperties;
  const classes = [
    "card",
    selected && "card-selected",
    lit === false && "card-dim",
    lit && "card-lit",
    here && "card-here",
  ];
  return (
    <article
      className={classes.filter(Boolean).join(" ")}
      style={style}
      data-testid={`node-${id}`}
      data-node-type={node.type}
      aria-label={title}
    >
      {!isStart(node) && (
        <Handle type="target" position={Position.Left} id="in" className="port port-in" data-testid={`port-${id}-in`} />
      )}
      <header className="card-head">
        <span className="card-icon">
          <Icon />
        </span>
        <b className="card-title">{title}</b>
        <OthersHere id={id} />
        <Marks id={id} />
      </header>
      <p className="card-sentence">
        {kind ? kind.definition.summary(node.config, say, names) : t("canvas.unknownType", { type: node.type })}
      </p>
      <NodeNumbers id={id} />
      {outcomes.length === 1 && only ? (
        <Handle
          type="source"
          position={Position.Right}
          id={only.id}
          className="port port-single"
          data-testid={`port-${id}-${only.id}`}
        />
      ) : (
        <ul className="outcomes">
          {outcomes.map((outcome) => (
            <li key={outcome.id} className={`outcome outcome-${outcome.id}`}>
              <LeftBy id={id} outcome={outcome.id} />
              <span className="outcome-name">
                {outcome.name || t(`outcome.${outcome.id}`, { defaultValue: outcome.id })}
              </span>
              <Handle
                type="source"
                position={Position.Right}
                id={outcome.id}
                className="port"
                data-testid={`port-${id}-${outcome.id}`}
              />
            </li>
          ))}
        </ul>
      )}
    </article>
  );
});

/** Other operators who have this node's panel open. */
function OthersHere({ id }: { id: string }) {
  const { t } = useTranslation();
  const names = useView((state) =>
    state.present
      .filter(({ node }) => node === id)
      .map(({ name }) => name)
      .join(t("words.comma")),
  );
  if (!names) return null;
  return (
    <Tooltip title={t("board.editing", { names })}>
      <span className="others" data-testid={`others-${id}`}>
        {names.slice(0, 1)}
      </span>
    </Tooltip>
  );
}

/** How many people left by an outcome, connected or not. */
function LeftBy({ id, outcome }: { id: string; outcome: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const count = useView((state) => state.counts[id]?.left[outcome]);
  if (!count) return null;
  return (
    <button
      type="button"
      className="outcome-count nodrag"
      aria-label={t("board.leftBy", { count })}
      data-testid={`left-${id}-${outcome}`}
      onClick={(event) => {
        event.stopPropagation();
        useView.getState().show({ kind: "people", node: id, did: "left", outcome });
      }}
    >
      {format.number(count)}
    </button>
  );
}

/** The server's errors and warnings about this node, and what should be looked at while it runs. */
function Marks({ id }: { id: string }) {
  const faults = useView((state) => state.issues);
  const signs = useView((state) => state.signals.warnings);
  const issues = useMemo(() => [...faults, ...signs].filter((issue) => issue.node_id === id), [faults, signs, id]);
  if (issues.length === 0) return null;
  const worst = issues.some((issue) => issue.severity === "error") ? "error" : "warning";
  return (
    <Tooltip
      title={
        <ul className="mark-list">
          {issues.map((issue) => (
            <li key={issue.code + issue.message}>{issue.messages[language()]}</li>
          ))}
        </ul>
      }
    >
      <span
        className={`mark mark-${worst}`}
        role="img"
        aria-label={issues.map((issue) => issue.messages[language()]).join(" ")}
        data-testid={`mark-${id}`}
        data-severity={worst}
        data-codes={issues.map((issue) => issue.code).join(" ")}
      >
        {worst === "error" ? <CloseCircleFilled /> : <WarningFilled />}
      </span>
    </Tooltip>
  );
}
