import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { GraphNode } from "@/canvas/core/graph";
import { DurationInput } from "@/canvas/fields/DurationInput";
import { CALL_RESULTS } from "@/canvas/nodes/send/definition";
import { titleOf } from "@/canvas/nodes/titleOf";
import { useGraph } from "@/canvas/store/graphStore";
import type { ScriptedReceipt } from "./script";

const OUTCOMES = ["delivered", "read", "clicked", "replied", "failed"] as const;
const OF_TASKS = ["done", "failed"] as const;
const OF_WEBHOOKS = ["success", "failure"] as const;
const ANSWERED: readonly string[] = ["send", "task", "webhook"];

/** What can be reported of a node: a message's fate, the end of a call or a task, a webhook's answer. */
function outcomesFor(node: GraphNode | undefined): readonly string[] {
  if (node?.type === "task") return OF_TASKS;
  if (node?.type === "webhook") return OF_WEBHOOKS;
  return node?.config.channel === "call" ? [...CALL_RESULTS, ...OUTCOMES] : OUTCOMES;
}

export function ScriptedReceipts({
  value,
  onChange,
}: {
  value: ScriptedReceipt[];
  onChange: (value: ScriptedReceipt[]) => void;
}) {
  const { t } = useTranslation();
  const nodes = useGraph((state) => state.graph.nodes);
  const sends = nodes.filter((node) => ANSWERED.includes(node.type));
  return (
    <>
      {value.map((receipt, index) => {
        const put = (part: Partial<ScriptedReceipt>) => onChange(value.with(index, { ...receipt, ...part }));
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a scripted receipt has no identity but its place
          <div className="sub-card" key={index}>
            <div className="row">
              <Select
                className="grow"
                value={receipt.node || undefined}
                placeholder={t("test.sendNode")}
                aria-label={t("test.sendNode")}
                options={sends.map((node) => ({
                  value: node.id,
                  label: `${titleOf(t, node)} · ${node.id}`,
                }))}
                onChange={(node) =>
                  put({ node, outcome: outcomesFor(sends.find(({ id }) => id === node))[0] ?? receipt.outcome })
                }
              />
              <Select
                className="grow"
                value={receipt.outcome}
                aria-label={t("test.outcome")}
                options={outcomesFor(sends.find(({ id }) => id === receipt.node)).map((outcome) => ({
                  value: outcome,
                  label: t(`messageState.${outcome}`, {
                    defaultValue: t(`outcome.${outcome}`, { defaultValue: outcome }),
                  }),
                }))}
                onChange={(outcome) => put({ outcome })}
              />
              <Button
                type="text"
                size="small"
                icon={<DeleteOutlined />}
                aria-label={t("fields.remove")}
                onClick={() => onChange(value.toSpliced(index, 1))}
              />
            </div>
            <div className="row">
              <span>{t("test.afterSend")}</span>
              <DurationInput
                value={receipt.after}
                label={t("test.afterSend")}
                testId={`test-receipt-${index}-after`}
                onChange={(after) => put({ after })}
              />
            </div>
          </div>
        );
      })}
      <Button
        type="dashed"
        size="small"
        icon={<PlusOutlined />}
        disabled={sends.length === 0}
        data-testid="test-receipt-add"
        onClick={() =>
          onChange([
            ...value,
            { node: sends[0]?.id ?? "", outcome: outcomesFor(sends[0])[0] ?? "delivered", after: "PT1M" },
          ])
        }
      >
        {t("test.addReceipt")}
      </Button>
    </>
  );
}
