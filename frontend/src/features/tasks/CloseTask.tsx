import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Input, Modal, Radio } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { closeTask, type Task, type TaskResult } from "@/api/tasks";
import { Problem } from "@/app/Problem";
import { Field } from "@/canvas/fields/Field";
import { TaskText } from "./TasksPage";
import "@/canvas/fields/fields.css";

/** How a task went: the person goes on by what is chosen here. */
export function CloseTask({ task, onClose }: { task: Task; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [result, setResult] = useState<TaskResult>("done");
  const [note, setNote] = useState("");
  const close = useMutation({
    mutationFn: () => closeTask(task.id, result, note.trim()),
    onSuccess: () => {
      message.success(t("tasks.closed"));
      onClose();
    },
    // Also after a refusal: somebody else may have closed it.
    onSettled: () => queries.invalidateQueries({ queryKey: ["tasks"] }),
  });
  return (
    <Modal
      open
      title={t("tasks.closeTitle")}
      okText={t("tasks.close")}
      okButtonProps={{ "data-testid": "task-submit" }}
      confirmLoading={close.isPending}
      onOk={() => close.mutate()}
      onCancel={onClose}
    >
      <div className="plain">
        <TaskText task={task} />
        <Field label={t("tasks.result")} hint={t("tasks.resultHint")}>
          <Radio.Group
            value={result}
            data-testid="task-result"
            options={(["done", "failed"] as const).map((value) => ({ value, label: t(`tasks.results.${value}`) }))}
            onChange={(event) => setResult(event.target.value)}
          />
        </Field>
        <Field label={t("tasks.note")}>
          <Input.TextArea
            autoSize={{ minRows: 2, maxRows: 8 }}
            maxLength={2000}
            value={note}
            placeholder={t("tasks.noteExample")}
            aria-label={t("tasks.note")}
            data-testid="task-note"
            onChange={(event) => setNote(event.target.value)}
          />
        </Field>
        {close.error && <Problem error={close.error} />}
      </div>
    </Modal>
  );
}
