import { useTranslation } from "react-i18next";
import { compact } from "../../core/config";
import { nextId } from "../../core/ids";
import { DurationInput } from "../../fields/DurationInput";
import { EventName } from "../../fields/EventName";
import { FilterList } from "../../fields/FilterList";
import { AddItem, ItemCard } from "../../fields/ItemCard";
import { KeyInput } from "../../fields/KeyInput";
import { OptionalField } from "../../fields/OptionalField";
import type { PanelProps } from "../kind";
import type { AwaitedEvent, WaitEventConfig } from "./definition";

export function Panel({ config, onChange }: PanelProps<WaitEventConfig>) {
  const { t } = useTranslation();
  const any = config.any ?? [];
  const put = (part: Partial<WaitEventConfig>) => onChange(compact({ ...config, any, ...part }));
  const add = () => {
    const taken = any.map((each) => each.id);
    put({ any: [...any, { id: nextId("e", taken), event: "", where: [] }] });
  };
  return (
    <>
      {any.map((awaited, index) => {
        const testId = `wait-event-${index}`;
        const set = (part: Partial<AwaitedEvent>) => put({ any: any.with(index, compact({ ...awaited, ...part })) });
        return (
          <ItemCard
            key={awaited.id}
            head={t("node.wait_event.nth", { number: index + 1 })}
            onRemove={any.length > 1 ? () => put({ any: any.toSpliced(index, 1) }) : undefined}
          >
            <EventName value={awaited.event} testId={`${testId}-event`} onChange={(event) => set({ event })} />
            <FilterList
              event={awaited.event}
              value={awaited.where}
              testId={`${testId}-where`}
              onChange={(where) => set({ where })}
            />
            <KeyInput named value={awaited.key} testId={`${testId}-key`} onChange={(key) => set({ key })} />
          </ItemCard>
        );
      })}
      <AddItem block onAdd={add} testId="wait-event-add">
        {t("node.wait_event.add")}
      </AddItem>
      <OptionalField
        label={t("node.wait_event.timeout")}
        hint={t(config.timeout ? "node.wait_event.timeoutHint" : "node.wait_event.forever")}
        on={config.timeout !== undefined}
        testId="wait-event-timeout"
        name="timeout"
        onToggle={(on) => put({ timeout: on ? "P3D" : undefined })}
      >
        <DurationInput
          value={config.timeout}
          label={t("node.wait_event.timeout")}
          testId="wait-event-timeout"
          onChange={(timeout) => put({ timeout })}
        />
      </OptionalField>
      <OptionalField
        label={t("node.wait_event.lookBack")}
        hint={t("node.wait_event.lookBackHint")}
        on={config.look_back !== undefined}
        testId="wait-event-look-back"
        name="look_back"
        onToggle={(on) => put({ look_back: on ? "P1D" : undefined })}
      >
        <DurationInput
          value={config.look_back}
          label={t("node.wait_event.lookBack")}
          testId="wait-event-look-back"
          onChange={(look_back) => put({ look_back })}
        />
      </OptionalField>
    </>
  );
}
