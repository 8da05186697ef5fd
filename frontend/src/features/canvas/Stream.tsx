import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { StreamEvent } from "@/api/types";
import { titleOf } from "@/canvas/nodes/titleOf";
import { useGraph } from "@/canvas/store/graphStore";
import { useFormat } from "@/format/useFormat";

const TONE: Record<string, string> = {
  enrolled: "start",
  converted: "result",
  goal_reached: "result",
  exited: "end",
  completed: "end",
  message_requested: "touch",
  message_updated: "touch",
  message_blocked: "bad",
  step_failed: "bad",
  branch_taken: "decide",
  variant_assigned: "decide",
  event_matched: "time",
  wait_started: "time",
  wait_ended: "time",
};

interface Props {
  events: readonly StreamEvent[];
  chosen: number | null;
  onChoose: (index: number | null) => void;
}

/** An enrollment's stream: what happened, when, where, and why, with the recorded data of each entry one click away. */
export function Stream({ events, chosen, onChoose }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const nodes = useGraph((state) => state.graph.nodes);
  const [open, setOpen] = useState<number | null>(null);
  return (
    <ol className="stream" data-testid="stream">
      {events.map((event, index) => {
        // As the person's own version calls it; what is drawn may be another one, or another journey.
        const node = event.node_type
          ? { name: event.node_name ?? "", type: event.node_type }
          : nodes.find((each) => each.id === event.node);
        return (
          <li
            key={event.seq}
            className={`stream-item tone-${TONE[event.kind] ?? "plain"}${chosen === index ? " stream-chosen" : ""}`}
          >
            <button
              type="button"
              data-testid={`stream-${event.seq}`}
              data-kind={event.kind}
              aria-expanded={open === event.seq}
              onClick={() => {
                onChoose(index);
                setOpen(open === event.seq ? null : event.seq);
              }}
            >
              <span className="stream-line">
                <b>{t(`stream.kind.${event.kind}`, { defaultValue: event.kind })}</b>
                {node && <span className="chip">{titleOf(t, node)}</span>}
                <time dateTime={event.at}>{format.second(event.at)}</time>
              </span>
              {event.text && <span className="stream-why">{event.text}</span>}
            </button>
            {open === event.seq && (
              <pre className="rule-raw" data-testid={`stream-data-${event.seq}`}>
                {JSON.stringify({ seq: event.seq, kind: event.kind, node: event.node, ...event.data }, null, 2)}
              </pre>
            )}
          </li>
        );
      })}
    </ol>
  );
}
