import { Button, Input, InputNumber, Select, Switch } from "antd";
import { useTranslation } from "react-i18next";
import { Field } from "@/canvas/fields/Field";
import { AddItem, ItemCard } from "@/canvas/fields/ItemCard";
import { OptionalField } from "@/canvas/fields/OptionalField";
import { SegmentSelect } from "@/canvas/fields/SegmentSelect";
import { useFormat } from "@/format/useFormat";
import { Guess } from "./Guess";
import { type Form, newReceipt, OUTCOMES } from "./request";
import { TaskGuesses } from "./TaskGuesses";

interface Props {
  value: Form;
  onChange: (value: Form) => void;
  channels: readonly string[];
  onRun: () => void;
  running: boolean;
}

/** What is forecast: how long, for whom, and what is assumed of them. */
export function ForecastForm({ value, onChange, channels, onRun, running }: Props) {
  const { t } = useTranslation();
  const { zone } = useFormat();
  const put = (part: Partial<Form>) => onChange({ ...value, ...part });
  return (
    <div className="plain">
      <Field label={t("forecast.days")}>
        <InputNumber
          min={1}
          max={365}
          precision={0}
          value={value.days}
          aria-label={t("forecast.days")}
          data-testid="forecast-days"
          onChange={(days) => put({ days: days ?? 30 })}
        />
      </Field>
      <Field label={t("test.start")} hint={t("forecast.startHint", { zone })}>
        <Input
          type="datetime-local"
          value={value.start}
          aria-label={t("test.start")}
          data-testid="forecast-start"
          onChange={({ target }) => put({ start: target.value })}
        />
      </Field>
      <Field label={t("forecast.audience")} hint={t("forecast.audienceHint")}>
        <SegmentSelect
          allowClear
          value={value.segment}
          placeholder={t("forecast.ownAudience")}
          testId="forecast-segment"
          onChange={(segment) => put({ segment })}
        />
      </Field>
      <OptionalField
        label={t("forecast.sample")}
        hint={t("forecast.sampleHint")}
        on={value.sample !== null}
        testId="forecast-sample"
        onToggle={(on) => put({ sample: on ? 10_000 : null })}
      >
        <InputNumber
          min={1}
          precision={0}
          value={value.sample}
          aria-label={t("forecast.sample")}
          data-testid="forecast-sample"
          onChange={(sample) => put({ sample: sample ?? 10_000 })}
        />
      </OptionalField>
      <OptionalField
        label={t("forecast.perDay")}
        hint={t("forecast.perDayHint")}
        on={value.perDay !== null}
        testId="forecast-per-day"
        onToggle={(on) => put({ perDay: on ? 1000 : null })}
      >
        <InputNumber
          min={1}
          precision={0}
          value={value.perDay}
          aria-label={t("forecast.perDay")}
          data-testid="forecast-per-day"
          onChange={(perDay) => put({ perDay: perDay ?? 1000 })}
        />
      </OptionalField>
      <Field label={t("forecast.events")} hint={t("forecast.eventsHint")}>
        {value.events.map((guess, index) => {
          const set = (part: Partial<typeof guess>) => put({ events: value.events.with(index, { ...guess, ...part }) });
          return (
            <ItemCard
              // biome-ignore lint/suspicious/noArrayIndexKey: an assumption has no identity but its place
              key={index}
              onRemove={() => put({ events: value.events.toSpliced(index, 1) })}
              head={
                <Input
                  className="grow"
                  variant="underlined"
                  value={guess.name}
                  placeholder={t("fields.eventExample")}
                  aria-label={t("fields.event")}
                  data-testid={`forecast-event-${index}-name`}
                  onChange={({ target }) => set({ name: target.value })}
                />
              }
            >
              <Guess
                percent={guess.percent}
                after={guess.after}
                share={t("forecast.ofPeople")}
                afterText={t("test.after")}
                testId={`forecast-event-${index}`}
                onChange={set}
              />
            </ItemCard>
          );
        })}
        <AddItem
          onAdd={() => put({ events: [...value.events, { name: "", percent: 10, after: "P1D" }] })}
          testId="forecast-event-add"
        >
          {t("test.addEvent")}
        </AddItem>
      </Field>
      <Field label={t("forecast.receipts")} hint={t("forecast.receiptsHint")}>
        {value.receipts.map((guess, index) => {
          const set = (part: Partial<typeof guess>) =>
            put({ receipts: value.receipts.with(index, { ...guess, ...part }) });
          return (
            <ItemCard
              // biome-ignore lint/suspicious/noArrayIndexKey: an assumption has no identity but its place
              key={index}
              onRemove={() => put({ receipts: value.receipts.toSpliced(index, 1) })}
              head={
                <>
                  <Select
                    className="grow"
                    value={guess.channel}
                    aria-label={t("node.send.channel")}
                    data-testid={`forecast-receipt-${index}-channel`}
                    options={[...new Set([...channels, guess.channel])].map((id) => ({
                      value: id,
                      label: t(`channel.${id}`, { defaultValue: id }),
                    }))}
                    onChange={(channel) => set({ channel })}
                  />
                  <Select
                    className="grow"
                    value={guess.outcome}
                    aria-label={t("test.outcome")}
                    data-testid={`forecast-receipt-${index}-outcome`}
                    options={OUTCOMES.map((id) => ({ value: id, label: t(`messageState.${id}`) }))}
                    onChange={(outcome) => set({ outcome })}
                  />
                </>
              }
            >
              <Guess
                percent={guess.percent}
                after={guess.after}
                share={t("forecast.ofMessages")}
                afterText={t("test.afterSend")}
                testId={`forecast-receipt-${index}`}
                onChange={set}
              />
            </ItemCard>
          );
        })}
        <AddItem
          onAdd={() => put({ receipts: [...value.receipts, newReceipt(channels)] })}
          testId="forecast-receipt-add"
        >
          {t("test.addReceipt")}
        </AddItem>
      </Field>
      <TaskGuesses value={value.tasks} onChange={(tasks) => put({ tasks })} />
      <div className="row">
        <Switch
          size="small"
          checked={value.fromPast}
          aria-label={t("forecast.fromPast")}
          data-testid="forecast-from-past"
          onChange={(fromPast) => put({ fromPast })}
        />
        <span>{t("forecast.fromPast")}</span>
      </div>
      <Button type="primary" block loading={running} onClick={onRun} data-testid="forecast-run">
        {t("forecast.run")}
      </Button>
    </div>
  );
}
