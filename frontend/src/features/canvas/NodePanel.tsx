import { DeleteOutlined, TeamOutlined } from "@ant-design/icons";
import { Button, Input } from "antd";
import { type CSSProperties, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { FAMILY } from "@/app/look";
import { FaultsContext, Field } from "@/canvas/fields/Field";
import { kindOf } from "@/canvas/nodes/registry";
import { graphStore, useGraph } from "@/canvas/store/graphStore";
import { useView } from "@/canvas/store/viewStore";
import { AbResult } from "../review/AbResult";
import { DockFrame } from "./DockFrame";
import { IssueList } from "./IssueList";
import { Paths } from "./Paths";
import { TestSend } from "./TestSend";

/** The form that configures one node. */
export function NodePanel({ journeyId, id, readOnly }: { journeyId: string; id: string; readOnly: boolean }) {
  const { t } = useTranslation();
  const node = useGraph((state) => state.graph.nodes.find((each) => each.id === id));
  const faults = useView((state) => state.issues);
  const signs = useView((state) => state.signals.warnings);
  const issues = useMemo(() => [...faults, ...signs].filter((issue) => issue.node_id === id), [faults, signs, id]);
  const { show, lookAt } = useView.getState();
  if (!node) return null;
  const kind = kindOf(node.type);
  const title = t(`node.${node.type}.title`, { defaultValue: node.type });
  const look = FAMILY[kind?.definition.family ?? "end"];
  const { configure, rename, remove } = graphStore.getState();
  return (
    <DockFrame
      testId="node-panel"
      title={
        <span className="dock-title" style={{ "--ink": look.ink, "--tint": look.tint } as CSSProperties}>
          {kind && (
            <span className="card-icon">
              <kind.Icon />
            </span>
          )}
          {title}
          <code>{id}</code>
        </span>
      }
      footer={
        <>
          <Button icon={<TeamOutlined />} onClick={() => show({ kind: "people", node: id })} data-testid="node-people">
            {t("canvas.peopleHere")}
          </Button>
          {!readOnly && node.type === "send" && <TestSend journeyId={journeyId} node={id} />}
          {!readOnly && (
            <Button
              danger
              type="text"
              icon={<DeleteOutlined />}
              data-testid="node-delete"
              onClick={() => {
                remove(new Set([id]), new Set());
                show(null);
              }}
            >
              {t("canvas.deleteNode")}
            </Button>
          )}
        </>
      }
    >
      {issues.length > 0 && <IssueList issues={issues} onOpen={lookAt} />}
      <fieldset disabled={readOnly} className="plain" inert={readOnly}>
        <Field label={t("canvas.nodeName")}>
          <Input
            value={node.name ?? ""}
            maxLength={200}
            placeholder={title}
            aria-label={t("canvas.nodeName")}
            data-testid="node-name"
            onChange={(event) => rename(id, event.target.value)}
          />
        </Field>
        {kind ? (
          <FaultsContext.Provider value={issues}>
            <kind.Panel config={node.config} onChange={(config) => configure(id, config)} />
          </FaultsContext.Provider>
        ) : (
          <pre className="rule-raw">{JSON.stringify(node.config, null, 1)}</pre>
        )}
        <Paths node={node} />
      </fieldset>
      {node.type === "ab" && <AbResult journeyId={journeyId} node={id} />}
    </DockFrame>
  );
}
