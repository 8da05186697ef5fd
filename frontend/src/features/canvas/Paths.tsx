import { Select } from "antd";
import { useTranslation } from "react-i18next";
import { canConnect } from "@/canvas/core/edits";
import { edgeFrom, type GraphNode } from "@/canvas/core/graph";
import { Field } from "@/canvas/fields/Field";
import { isStart, outcomesOf } from "@/canvas/nodes/registry";
import { titleOf } from "@/canvas/nodes/titleOf";
import { graphStore, useGraph } from "@/canvas/store/graphStore";

/** Where each outcome of a node leads, chosen from a list: edges without a mouse. */
export function Paths({ node }: { node: GraphNode }) {
  const { t } = useTranslation();
  const graph = useGraph((state) => state.graph);
  const outcomes = outcomesOf(node);
  if (outcomes.length === 0) return null;
  const options = graph.nodes
    .filter((each) => canConnect(graph, node.id, each.id, isStart))
    .map((each) => ({ value: each.id, label: `${titleOf(t, each)} · ${each.id}` }));
  return (
    <Field label={t("board.paths")} hint={t("board.pathsHint")}>
      <div className="paths">
        {outcomes.map((outcome) => {
          const edge = edgeFrom(graph, node.id, outcome.id);
          const name = outcome.name || t(`outcome.${outcome.id}`, { defaultValue: outcome.id });
          return (
            <div className="row" key={outcome.id}>
              <span className="paths-name">{name}</span>
              <Select
                className="grow"
                allowClear
                showSearch={{ optionFilterProp: "label" }}
                value={edge?.target}
                placeholder={t("board.pathEnds")}
                aria-label={t("board.pathOf", { outcome: name })}
                data-testid={`path-${outcome.id}`}
                options={options}
                onChange={(target: string | undefined) => {
                  const { connect, remove } = graphStore.getState();
                  if (target) connect(node.id, outcome.id, target);
                  else if (edge) remove(new Set(), new Set([edge.id]));
                }}
              />
            </div>
          );
        })}
      </div>
    </Field>
  );
}
