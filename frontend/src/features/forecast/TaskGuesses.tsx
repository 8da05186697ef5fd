import { Select } from "antd";
import { useTranslation } from "react-i18next";
import { Field } from "@/canvas/fields/Field";
import { AddItem, ItemCard } from "@/canvas/fields/ItemCard";
import { Guess } from "./Guess";
import { TASK_ENDS, type TaskGuess } from "./request";

/** How staff are assumed to end the journey's tasks. */
export function TaskGuesses({ value, onChange }: { value: TaskGuess[]; onChange: (value: TaskGuess[]) => void }) {
  const { t } = useTranslation();
  return (
    <Field label={t("forecast.tasks")} hint={t("forecast.tasksHint")}>
      {value.map((guess, index) => {
        const set = (part: Partial<TaskGuess>) => onChange(value.with(index, { ...guess, ...part }));
        return (
          <ItemCard
            // biome-ignore lint/suspicious/noArrayIndexKey: an assumption has no identity but its place
            key={index}
            onRemove={() => onChange(value.toSpliced(index, 1))}
            head={
              <Select
                className="grow"
                value={guess.outcome}
                aria-label={t("test.outcome")}
                data-testid={`forecast-task-${index}-outcome`}
                options={TASK_ENDS.map((id) => ({ value: id, label: t(`forecast.taskEnd.${id}`) }))}
                onChange={(outcome) => set({ outcome })}
              />
            }
          >
            <Guess
              percent={guess.percent}
              after={guess.after}
              share={t("forecast.ofTasks")}
              afterText={t("test.after")}
              testId={`forecast-task-${index}`}
              onChange={set}
            />
          </ItemCard>
        );
      })}
      <AddItem
        onAdd={() => onChange([...value, { outcome: "done", percent: 80, after: "PT4H" }])}
        testId="forecast-task-add"
      >
        {t("forecast.addTask")}
      </AddItem>
    </Field>
  );
}
