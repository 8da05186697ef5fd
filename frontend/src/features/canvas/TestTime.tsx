import { FastForwardFilled, StepBackwardFilled, StepForwardFilled, VerticalRightOutlined } from "@ant-design/icons";
import { Button, Slider, Tooltip } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { StreamEvent } from "@/api/types";
import { useFormat } from "@/format/useFormat";
import { elapsed, momentOf, momentsOf, nextDecision, previousDecision } from "./testSteps";

interface Props {
  events: readonly StreamEvent[];
  at: number;
  onChoose: (index: number) => void;
}

/** The clock of the test run: to the next decision, back, to any moment, to the end. */
export function TestTime({ events, at, onChoose }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const moments = momentsOf(events);
  const last = events.length - 1;
  const now = events[at]?.at ?? "";
  const passed = elapsed(events[0]?.at ?? now, now);
  const button = (id: string, icon: ReactNode, to: number, disabled: boolean) => (
    <Tooltip title={t(`test.clock.${id}`)}>
      <Button
        size="small"
        icon={icon}
        aria-label={t(`test.clock.${id}`)}
        data-testid={`test-${id}`}
        disabled={disabled}
        onClick={() => onChoose(to)}
      />
    </Tooltip>
  );
  return (
    <section className="test-time" aria-label={t("test.clock.title")}>
      <div className="row">
        {button("to-start", <VerticalRightOutlined />, 0, at <= 0)}
        {button("step-back", <StepBackwardFilled />, previousDecision(events, at), at <= 0)}
        {button("step-forward", <StepForwardFilled />, nextDecision(events, at), at >= last)}
        {button("to-end", <FastForwardFilled />, last, at >= last)}
        <span className="grow" />
        <span className="soft" data-testid="test-step" data-at={at}>
          {t("test.step", { at: at + 1, all: events.length })}
        </span>
      </div>
      <Slider
        min={0}
        max={moments.length - 1}
        value={momentOf(moments, at)}
        disabled={moments.length < 2}
        tooltip={{ formatter: (value) => format.second(moments[value ?? 0]?.at) }}
        ariaLabelForHandle={t("test.clock.slider")}
        ariaValueTextFormatterForHandle={(value) => format.second(moments[value]?.at)}
        onChange={(value) => onChoose(moments[value]?.index ?? 0)}
      />
      <div className="row">
        <time dateTime={now} data-testid="test-now">
          {format.second(now)}
        </time>
        <span className="soft">{t("test.clock.elapsed", passed)}</span>
      </div>
    </section>
  );
}
