import { useTranslation } from "react-i18next";
import type { StreamEvent } from "@/api/types";
import { titleOf } from "@/canvas/nodes/titleOf";
import { useGraph } from "@/canvas/store/graphStore";

/** What is decided at the moment that is looked at, and why, in the server's words. */
export function TestMoment({ event }: { event: StreamEvent | undefined }) {
  const { t } = useTranslation();
  const node = useGraph((state) => state.graph.nodes.find((each) => each.id === event?.node));
  if (!event) return null;
  return (
    <section className="test-moment" aria-live="polite" data-testid="test-moment" data-kind={event.kind}>
      <b>
        {t(`stream.kind.${event.kind}`, { defaultValue: event.kind })}
        {node && <span className="chip">{titleOf(t, node)}</span>}
      </b>
      <p>{event.text}</p>
    </section>
  );
}
