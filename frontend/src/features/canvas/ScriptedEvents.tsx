import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { DurationInput } from "@/canvas/fields/DurationInput";
import { EventName } from "@/canvas/fields/EventName";
import { PropertyRows } from "@/canvas/fields/PropertyRows";
import type { ScriptedEvent } from "./script";

export function ScriptedEvents({
  value,
  onChange,
}: {
  value: ScriptedEvent[];
  onChange: (value: ScriptedEvent[]) => void;
}) {
  const { t } = useTranslation();
  return (
    <>
      {value.map((event, index) => {
        const put = (part: Partial<ScriptedEvent>) => onChange(value.with(index, { ...event, ...part }));
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a scripted event has no identity but its place
          <div className="sub-card" key={index}>
            <div className="row">
              <span>{t("test.after")}</span>
              <DurationInput
                value={event.after}
                label={t("test.after")}
                testId={`test-event-${index}-after`}
                onChange={(after) => put({ after })}
              />
              <span className="grow" />
              <Button
                type="text"
                size="small"
                icon={<DeleteOutlined />}
                aria-label={t("fields.remove")}
                onClick={() => onChange(value.toSpliced(index, 1))}
              />
            </div>
            <EventName value={event.name} testId={`test-event-${index}-name`} onChange={(name) => put({ name })} />
            <PropertyRows
              value={event.properties}
              onChange={(properties) => put({ properties })}
              addText={t("enroll.addProperty")}
              testId={`test-event-${index}-property`}
            />
          </div>
        );
      })}
      <Button
        type="dashed"
        size="small"
        icon={<PlusOutlined />}
        data-testid="test-event-add"
        onClick={() => onChange([...value, { after: "PT1H", name: "", properties: [] }])}
      >
        {t("test.addEvent")}
      </Button>
    </>
  );
}
