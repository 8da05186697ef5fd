import { Space } from "antd";
import { useTranslation } from "react-i18next";
import type { ExitRule } from "@/canvas/core/graph";
import { newRule } from "@/canvas/core/rules";
import { EventName } from "@/canvas/fields/EventName";
import { FilterList } from "@/canvas/fields/FilterList";
import { AddItem, ItemCard } from "@/canvas/fields/ItemCard";
import { RuleBuilder } from "@/canvas/fields/RuleBuilder";
import { RuleCount } from "@/canvas/fields/RuleCount";

/** When people leave early: at an event, or as soon as a rule holds of them. */
export function ExitRules({ value, onChange }: { value: ExitRule[]; onChange: (value: ExitRule[]) => void }) {
  const { t } = useTranslation();
  return (
    <>
      {value.map((rule, index) => {
        const put = (next: ExitRule) => onChange(value.with(index, next));
        const byRule = "rule" in rule && rule.rule !== null && rule.rule !== undefined;
        return (
          <ItemCard
            // biome-ignore lint/suspicious/noArrayIndexKey: an exit rule has no identity but its place
            key={index}
            testId={`exit-rule-${index}`}
            head={t(byRule ? "settings.exitByRule" : "settings.exitByEvent")}
            onRemove={() => onChange(value.toSpliced(index, 1))}
          >
            {byRule ? (
              <>
                <RuleBuilder
                  value={rule.rule}
                  testId={`exit-rule-${index}-rule`}
                  onChange={(next) => put({ rule: next })}
                />
                <RuleCount rule={rule.rule} testId={`exit-rule-${index}-rule`} />
              </>
            ) : (
              "event" in rule && (
                <>
                  <EventName
                    value={rule.event}
                    testId={`exit-rule-${index}-event`}
                    onChange={(event) => put({ ...rule, event })}
                  />
                  <FilterList
                    event={rule.event}
                    value={rule.where}
                    testId={`exit-rule-${index}-where`}
                    onChange={(where) => put({ ...rule, where })}
                  />
                </>
              )
            )}
          </ItemCard>
        );
      })}
      <Space wrap>
        <AddItem onAdd={() => onChange([...value, { event: "" }])} testId="exit-rule-add-event">
          {t("settings.addExitEvent")}
        </AddItem>
        <AddItem onAdd={() => onChange([...value, { rule: newRule("attribute") }])} testId="exit-rule-add-rule">
          {t("settings.addExitRule")}
        </AddItem>
      </Space>
    </>
  );
}
