import { StarFilled, StarOutlined } from "@ant-design/icons";
import { Button, Checkbox, Input, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { Goal } from "@/canvas/core/graph";
import { nextId } from "@/canvas/core/ids";
import { DurationInput } from "@/canvas/fields/DurationInput";
import { EventName } from "@/canvas/fields/EventName";
import { FilterList } from "@/canvas/fields/FilterList";
import { AddItem, ItemCard } from "@/canvas/fields/ItemCard";

interface Props {
  value: Goal[];
  onChange: (value: Goal[]) => void;
  /** They are only counted: nobody leaves a journey by them. */
  counted?: boolean;
}

/** What the journey is for. One goal is the primary one: conversions in lists and tests are counted by it. */
export function Goals({ value, onChange, counted = false }: Props) {
  const { t } = useTranslation();
  const add = () => {
    const id = nextId(
      "g",
      value.map((goal) => goal.id),
    );
    onChange([
      ...value,
      { id, name: "", event: "", where: [], window: "P7D", primary: value.length === 0, exit: !counted },
    ]);
  };
  return (
    <>
      {value.map((goal, index) => {
        const put = (part: Partial<Goal>) => onChange(value.with(index, { ...goal, ...part }));
        return (
          <ItemCard
            key={goal.id}
            testId={`goal-${index}`}
            onRemove={() => onChange(value.toSpliced(index, 1))}
            head={
              <>
                <Tooltip title={t("settings.primary")}>
                  <Button
                    type="text"
                    size="small"
                    icon={goal.primary ? <StarFilled className="warn" /> : <StarOutlined />}
                    aria-label={t("settings.primary")}
                    aria-pressed={Boolean(goal.primary)}
                    data-testid={`goal-${index}-primary`}
                    onClick={() => onChange(value.map((each) => ({ ...each, primary: each.id === goal.id })))}
                  />
                </Tooltip>
                <Input
                  className="grow"
                  variant="underlined"
                  value={goal.name}
                  placeholder={t("settings.goalName", { id: goal.id })}
                  aria-label={t("settings.goalNameLabel")}
                  data-testid={`goal-${index}-name`}
                  onChange={(event) => put({ name: event.target.value })}
                />
              </>
            }
          >
            <EventName value={goal.event ?? ""} testId={`goal-${index}-event`} onChange={(event) => put({ event })} />
            <FilterList
              event={goal.event}
              value={goal.where}
              testId={`goal-${index}-where`}
              onChange={(where) => put({ where })}
            />
            <div className="row wrap">
              <span>{t("settings.window")}</span>
              <DurationInput
                value={goal.window}
                label={t("settings.window")}
                testId={`goal-${index}-window`}
                onChange={(window) => put({ window })}
              />
            </div>
            <Input
              prefix={<span className="soft">{t("settings.value")}</span>}
              value={goal.value ?? ""}
              placeholder="amount"
              aria-label={t("settings.value")}
              data-testid={`goal-${index}-value`}
              onChange={({ target }) => {
                const { value: _, ...rest } = goal;
                onChange(value.with(index, target.value ? { ...rest, value: target.value } : rest));
              }}
            />
            {!counted && (
              <Checkbox
                checked={Boolean(goal.exit)}
                data-testid={`goal-${index}-exit`}
                onChange={(event) => put({ exit: event.target.checked })}
              >
                {t("settings.goalExit")}
              </Checkbox>
            )}
          </ItemCard>
        );
      })}
      <AddItem block onAdd={add} testId="goal-add">
        {t("settings.addGoal")}
      </AddItem>
    </>
  );
}
