import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Space } from "antd";
import { useTranslation } from "react-i18next";
import type { ExitRule } from "@/canvas/core/graph";
import { newRule } from "@/canvas/core/rules";
import { EventName } from "@/canvas/fields/EventName";
import { FilterList } from "@/canvas/fields/FilterList";
import { RuleBuilder } from "@/canvas/fields/RuleBuilder";

/** When people leave early: at an event, or as soon as a rule holds of them. */
export function ExitRules({ value, onChange }: { value: ExitRule[]; onChange: (value: ExitRule[]) => void }) {
  const { t } = useTranslation();
  return (
    <>
      {value.map((rule, index) => {
        const put = (next: ExitRule) => onChange(value.with(index, next));
        const byRule = "rule" in rule && rule.rule !== null && rule.rule !== undefined;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: an exit rule has no identity but its place
          <div className="sub-card" key={index} data-testid={`exit-rule-${index}`}>
            <div className="row">
              <b className="grow">{t(byRule ? "settings.exitByRule" : "settings.exitByEvent")}</b>
              <Button
                type="text"
                size="small"
                icon={<DeleteOutlined />}
                aria-label={t("fields.remove")}
                onClick={() => onChange(value.toSpliced(index, 1))}
              />
            </div>
            {byRule ? (
              <RuleBuilder
                value={rule.rule}
                testId={`exit-rule-${index}-rule`}
                onChange={(next) => put({ rule: next })}
              />
            ) : (
              "event" in rule && (
                <>
                  <EventName
                    value={rule.event}
                    testId={`exit-rule-${index}-event`}
                    onChange={(event) => put({ ...rule, event })}
                  />
                  <FilterList
                    value={rule.where}
                    testId={`exit-rule-${index}-where`}
                    onChange={(where) => put({ ...rule, where })}
                  />
                </>
              )
            )}
          </div>
        );
      })}
      <Space>
        <Button
          type="dashed"
          size="small"
          icon={<PlusOutlined />}
          data-testid="exit-rule-add-event"
          onClick={() => onChange([...value, { event: "" }])}
        >
          {t("settings.addExitEvent")}
        </Button>
        <Button
          type="dashed"
          size="small"
          icon={<PlusOutlined />}
          data-testid="exit-rule-add-rule"
          onClick={() => onChange([...value, { rule: newRule("attribute") }])}
        >
          {t("settings.addExitRule")}
        </Button>
      </Space>
    </>
  );
}
