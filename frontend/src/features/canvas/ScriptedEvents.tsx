import { useTranslation } from "react-i18next";
import { DurationInput } from "@/canvas/fields/DurationInput";
import { EventName } from "@/canvas/fields/EventName";
import { AddItem, ItemCard } from "@/canvas/fields/ItemCard";
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
          <ItemCard
            // biome-ignore lint/suspicious/noArrayIndexKey: a scripted event has no identity but its place
            key={index}
            onRemove={() => onChange(value.toSpliced(index, 1))}
            head={
              <>
                <span>{t("test.after")}</span>
                <DurationInput
                  value={event.after}
                  label={t("test.after")}
                  testId={`test-event-${index}-after`}
                  onChange={(after) => put({ after })}
                />
                <span className="grow" />
              </>
            }
          >
            <EventName value={event.name} testId={`test-event-${index}-name`} onChange={(name) => put({ name })} />
            <PropertyRows
              value={event.properties}
              onChange={(properties) => put({ properties })}
              addText={t("enroll.addProperty")}
              testId={`test-event-${index}-property`}
            />
          </ItemCard>
        );
      })}
      <AddItem onAdd={() => onChange([...value, { after: "PT1H", name: "", properties: [] }])} testId="test-event-add">
        {t("test.addEvent")}
      </AddItem>
    </>
  );
}
