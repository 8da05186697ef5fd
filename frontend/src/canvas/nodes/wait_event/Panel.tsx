import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Input, Switch } from "antd";
import { useTranslation } from "react-i18next";
import { nextId } from "../../core/ids";
import { DurationInput } from "../../fields/DurationInput";
import { EventName } from "../../fields/EventName";
import { Field } from "../../fields/Field";
import { FilterList } from "../../fields/FilterList";
import type { PanelProps } from "../kind";
import type { AwaitedEvent, WaitEventConfig } from "./definition";

export function Panel({ config, onChange }: PanelProps<WaitEventConfig>) {
  const { t } = useTranslation();
  const any = config.any ?? [];
  const put = (part: Partial<WaitEventConfig>) => {
    const next = { ...config, any, ...part };
    if (next.timeout === undefined) delete next.timeout;
    if (next.look_back === undefined) delete next.look_back;
    onChange(next);
  };
  const add = () =>
    put({
      any: [
        ...any,
        {
          id: nextId(
            "e",
            any.map((each) => each.id),
          ),
          event: "",
          where: [],
        },
      ],
    });
  return (
    <>
      {any.map((awaited, index) => (
        <Awaited
          key={awaited.id}
          value={awaited}
          index={index}
          onChange={(next) => put({ any: any.with(index, next) })}
          onRemove={any.length > 1 ? () => put({ any: any.toSpliced(index, 1) }) : undefined}
        />
      ))}
      <Button type="dashed" block icon={<PlusOutlined />} onClick={add} data-testid="wait-event-add">
        {t("node.wait_event.add")}
      </Button>
      <Optional
        label={t("node.wait_event.timeout")}
        hint={t(config.timeout ? "node.wait_event.timeoutHint" : "node.wait_event.forever")}
        value={config.timeout}
        fresh="P3D"
        testId="wait-event-timeout"
        onChange={(timeout) => put({ timeout })}
      />
      <Optional
        label={t("node.wait_event.lookBack")}
        hint={t("node.wait_event.lookBackHint")}
        value={config.look_back}
        fresh="P1D"
        testId="wait-event-look-back"
        onChange={(look_back) => put({ look_back })}
      />
    </>
  );
}

interface AwaitedProps {
  value: AwaitedEvent;
  index: number;
  onChange: (value: AwaitedEvent) => void;
  onRemove?: () => void;
}

function Awaited({ value, index, onChange, onRemove }: AwaitedProps) {
  const { t } = useTranslation();
  const testId = `wait-event-${index}`;
  return (
    <div className="sub-card">
      <div className="row">
        <b className="grow">{t("node.wait_event.nth", { number: index + 1 })}</b>
        {onRemove && (
          <Button
            type="text"
            size="small"
            icon={<DeleteOutlined />}
            aria-label={t("fields.remove")}
            onClick={onRemove}
          />
        )}
      </div>
      <EventName value={value.event} testId={`${testId}-event`} onChange={(event) => onChange({ ...value, event })} />
      <FilterList value={value.where} testId={`${testId}-where`} onChange={(where) => onChange({ ...value, where })} />
      <Input
        value={value.key ?? ""}
        prefix={<span className="soft">{t("fields.correlation")}</span>}
        placeholder="order_id"
        aria-label={t("fields.correlation")}
        data-testid={`${testId}-key`}
        onChange={({ target }) => {
          const { key: _, ...rest } = value;
          onChange(target.value ? { ...rest, key: target.value } : rest);
        }}
      />
    </div>
  );
}

interface OptionalProps {
  label: string;
  hint: string;
  value: string | undefined;
  fresh: string;
  testId: string;
  onChange: (value: string | undefined) => void;
}

function Optional({ label, hint, value, fresh, testId, onChange }: OptionalProps) {
  return (
    <Field
      label={label}
      hint={hint}
      extra={
        <Switch
          size="small"
          checked={value !== undefined}
          aria-label={label}
          data-testid={`${testId}-on`}
          onChange={(on) => onChange(on ? fresh : undefined)}
        />
      }
    >
      {value !== undefined && <DurationInput value={value} label={label} testId={testId} onChange={onChange} />}
    </Field>
  );
}
