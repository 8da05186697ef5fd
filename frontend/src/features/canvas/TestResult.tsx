import { StepBackwardFilled, StepForwardFilled } from "@ant-design/icons";
import { Alert, Badge, Button } from "antd";
import { useTranslation } from "react-i18next";
import type { Simulation } from "@/api/types";
import { useFormat } from "@/format/useFormat";
import { lookOf } from "./PeoplePanel";
import { Stream } from "./Stream";

interface Props {
  simulation: Simulation;
  chosen: number | null;
  onChoose: (index: number | null) => void;
}

/** What the engine would record, to be stepped through: each step lights the way up to it. */
export function TestResult({ simulation, chosen, onChoose }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { events, messages, status } = simulation;
  const at = chosen ?? events.length - 1;
  return (
    <>
      <div className="row test-steps">
        <span data-testid="test-status" data-status={status}>
          <Badge status={lookOf(status)} text={t(`enrollment.state.${status}`, { defaultValue: status })} />
        </span>
        <span className="grow" />
        <Button
          size="small"
          icon={<StepBackwardFilled />}
          aria-label={t("test.back")}
          data-testid="test-step-back"
          disabled={at <= 0}
          onClick={() => onChoose(at - 1)}
        />
        <span className="soft">{t("test.step", { at: at + 1, all: events.length })}</span>
        <Button
          size="small"
          icon={<StepForwardFilled />}
          aria-label={t("test.forward")}
          data-testid="test-step-forward"
          disabled={at >= events.length - 1}
          onClick={() => onChoose(at + 1)}
        />
      </div>
      {simulation.reason && (
        <Alert
          type="warning"
          showIcon
          title={t(`stream.reason.${simulation.reason}`, { defaultValue: simulation.reason })}
        />
      )}
      <Stream events={events} chosen={chosen} onChoose={onChoose} />
      {messages.length > 0 && <h3>{t("test.messages")}</h3>}
      {messages.map((message, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a simulated message has no identity but its place
        <div className="preview" key={index} data-testid={`test-message-${index}`}>
          <div className="soft">
            {format.second(message.at)} · {t(`channel.${message.channel}`, { defaultValue: message.channel })}
            {message.state && ` · ${t(`messageState.${message.state}`, { defaultValue: message.state })}`}
            {message.reason && ` · ${t(`stream.reason.${message.reason}`, { defaultValue: message.reason })}`}
          </div>
          {typeof message.rendered?.text === "string"
            ? message.rendered.text
            : message.rendered && JSON.stringify(message.rendered)}
        </div>
      ))}
    </>
  );
}
