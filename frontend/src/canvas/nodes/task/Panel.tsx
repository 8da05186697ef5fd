import { Input, Radio } from "antd";
import { useTranslation } from "react-i18next";
import { compact } from "../../core/config";
import { DurationInput } from "../../fields/DurationInput";
import { Field } from "../../fields/Field";
import { LiquidArea } from "../../fields/LiquidArea";
import { OptionalField } from "../../fields/OptionalField";
import { TagsInput } from "../../fields/TagsInput";
import type { PanelProps } from "../kind";
import { ASSIGNED, type Assignee, type TaskConfig } from "./definition";

export function Panel({ config, onChange }: PanelProps<TaskConfig>) {
  const { t } = useTranslation();
  const assignee: Assignee = config.assignee ?? { by: "owner" };
  const put = (part: Partial<TaskConfig>) => onChange(compact({ ...config, ...part }));
  const field = assignee.by === "attribute" ? "key" : "id";
  return (
    <>
      <Field label={t("node.task.assignee")} hint={t(`node.task.assigneeHint.${assignee.by}`)}>
        <Radio.Group
          block
          optionType="button"
          value={assignee.by}
          data-testid="task-assignee"
          options={ASSIGNED.map((value) => ({ value, label: t(`node.task.assignees.${value}`) }))}
          onChange={({ target }) => put({ assignee: { by: target.value } })}
        />
        {assignee.by !== "owner" && (
          <Input
            value={assignee[field] ?? ""}
            aria-label={t(`node.task.assignees.${assignee.by}`)}
            placeholder={assignee.by === "attribute" ? "staff_id" : "zhangsan"}
            data-testid="task-assignee-value"
            onChange={({ target }) => put({ assignee: { by: assignee.by, [field]: target.value } })}
          />
        )}
      </Field>
      <Field label={t("node.task.content")} hint={t("fields.liquidHint")}>
        <LiquidArea
          value={config.content}
          placeholder={t("node.task.contentExample")}
          label={t("node.task.content")}
          testId="task-content"
          onChange={(content) => put({ content })}
        />
      </Field>
      <Field label={t("node.task.materials")} hint={t("node.task.materialsHint")}>
        <TagsInput
          value={config.materials}
          label={t("node.task.materials")}
          placeholder="https://"
          testId="task-materials"
          onChange={(materials) => put({ materials })}
        />
      </Field>
      {(["due", "remind"] as const).map((when) => (
        <OptionalField
          key={when}
          label={t(`node.task.${when}`)}
          hint={t(`node.task.${when}Hint`)}
          on={config[when] !== undefined}
          testId={`task-${when}`}
          onToggle={(on) => put({ [when]: on ? (when === "due" ? "P1D" : "PT4H") : undefined })}
        >
          <DurationInput
            value={config[when]}
            label={t(`node.task.${when}`)}
            testId={`task-${when}`}
            onChange={(duration) => put({ [when]: duration })}
          />
        </OptionalField>
      ))}
    </>
  );
}
