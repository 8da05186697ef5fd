import { Input, Radio } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { compact } from "../../core/config";
import { DurationInput } from "../../fields/DurationInput";
import { Field } from "../../fields/Field";
import { LiquidArea } from "../../fields/LiquidArea";
import { OptionalField } from "../../fields/OptionalField";
import { TagsInput } from "../../fields/TagsInput";
import type { PanelProps } from "../kind";
import { ASSIGNED, readAssignee, type TaskConfig, writeAssignee } from "./definition";

export function Panel({ config, onChange }: PanelProps<TaskConfig>) {
  const { t } = useTranslation();
  const read = readAssignee(config.assignee);
  // A member of staff who is not named yet is written as nothing, which by itself reads as the person's own.
  const [naming, setNaming] = useState(false);
  const by = naming && read.by === "owner" ? "staff" : read.by;
  const put = (part: Partial<TaskConfig>) => onChange(compact({ ...config, ...part }));
  return (
    <>
      <Field name="assignee" label={t("node.task.assignee")} hint={t(`node.task.assigneeHint.${by}`)}>
        <Radio.Group
          block
          className="tight"
          optionType="button"
          value={by}
          data-testid="task-assignee"
          options={ASSIGNED.map((value) => ({ value, label: t(`node.task.assignees.${value}`) }))}
          onChange={({ target }) => {
            setNaming(target.value === "staff");
            put({ assignee: writeAssignee(target.value, "") });
          }}
        />
        {by === "rotation" && (
          <TagsInput
            value={read.text.split(" ").filter(Boolean)}
            label={t("node.task.assignees.rotation")}
            placeholder="zhangsan"
            testId="task-assignee-staff"
            onChange={(staff) => put({ assignee: { by, staff: staff ?? [] } })}
          />
        )}
        {(by === "attribute" || by === "staff") && (
          <Input
            value={read.text}
            aria-label={t(`node.task.assignees.${by}`)}
            placeholder={by === "attribute" ? "staff_id" : "zhangsan"}
            data-testid="task-assignee-value"
            onChange={({ target }) => put({ assignee: writeAssignee(by, target.value) })}
          />
        )}
      </Field>
      <Field name="content" label={t("node.task.content")} hint={t("fields.liquidHint")}>
        <LiquidArea
          value={config.content}
          placeholder={t("node.task.contentExample")}
          label={t("node.task.content")}
          testId="task-content"
          onChange={(content) => put({ content })}
        />
      </Field>
      <Field name="materials" label={t("node.task.materials")} hint={t("node.task.materialsHint")}>
        <TagsInput
          value={config.materials}
          label={t("node.task.materials")}
          placeholder="https://"
          testId="task-materials"
          onChange={(materials) => put({ materials })}
        />
      </Field>
      <Field name="due" label={t("node.task.due")} hint={t("node.task.dueHint")}>
        <DurationInput
          value={config.due ?? "P1D"}
          label={t("node.task.due")}
          testId="task-due"
          onChange={(due) => put({ due })}
        />
      </Field>
      <OptionalField
        label={t("node.task.remind")}
        hint={t("node.task.remindHint")}
        on={config.remind !== undefined}
        testId="task-remind"
        name="remind"
        onToggle={(on) => put({ remind: on ? "PT4H" : undefined })}
      >
        <DurationInput
          value={config.remind}
          label={t("node.task.remind")}
          testId="task-remind"
          onChange={(remind) => put({ remind })}
        />
      </OptionalField>
    </>
  );
}
