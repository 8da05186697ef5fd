import { Alert, Badge } from "antd";
import { useTranslation } from "react-i18next";
import type { Simulation } from "@/api/types";
import { lookOf } from "./PeoplePanel";
import { Stream } from "./Stream";
import { TestMoment } from "./TestMoment";
import { TestPhone } from "./TestPhone";
import { TestTime } from "./TestTime";
import "./test.css";

interface Props {
  simulation: Simulation;
  chosen: number | null;
  onChoose: (index: number | null) => void;
}

/** What the engine would record, stepped through in virtual time: each step lights the way up to it. */
export function TestResult({ simulation, chosen, onChoose }: Props) {
  const { t } = useTranslation();
  const { events, status } = simulation;
  const at = chosen ?? events.length - 1;
  return (
    <>
      <div className="row test-steps">
        <span className="soft">{t("test.atEnd")}</span>
        <span data-testid="test-status" data-status={status}>
          <Badge status={lookOf(status)} text={t(`enrollment.state.${status}`, { defaultValue: status })} />
        </span>
      </div>
      {simulation.reason && (
        <Alert
          type="warning"
          showIcon
          title={t(`stream.reason.${simulation.reason}`, { defaultValue: simulation.reason })}
        />
      )}
      {events.length > 0 && (
        <>
          <TestTime events={events} at={at} onChoose={onChoose} />
          <TestMoment event={events[at]} />
          <TestPhone simulation={simulation} at={at} />
        </>
      )}
      <Stream events={events} chosen={at} onChoose={onChoose} />
    </>
  );
}
