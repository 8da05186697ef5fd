import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Select } from "antd";
import { useTranslation } from "react-i18next";
import { DurationInput } from "@/canvas/fields/DurationInput";
import { useGraph } from "@/canvas/store/graphStore";
import type { ScriptedReceipt } from "./script";

const OUTCOMES = ["delivered", "read", "clicked", "replied", "failed"] as const;

export function ScriptedReceipts({
  value,
  onChange,
}: {
  value: ScriptedReceipt[];
  onChange: (value: ScriptedReceipt[]) => void;
}) {
  const { t } = useTranslation();
  const nodes = useGraph((state) => state.graph.nodes);
  const sends = nodes.filter((node) => node.type === "send");
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
                  label: `${node.name || t("node.send.title")} · ${node.id}`,
                }))}
                onChange={(node) => put({ node })}
              />
              <Select
                className="grow"
                value={receipt.outcome}
                aria-label={t("test.outcome")}
                options={OUTCOMES.map((outcome) => ({ value: outcome, label: t(`messageState.${outcome}`) }))}
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
        onClick={() => onChange([...value, { node: sends[0]?.id ?? "", outcome: "delivered", after: "PT1M" }])}
      >
        {t("test.addReceipt")}
      </Button>
    </>
  );
}
