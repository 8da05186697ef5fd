import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Play } from "@/api/listing";
import { FlowCanvas } from "@/canvas/flow/FlowCanvas";
import { kindOf } from "@/canvas/nodes/registry";
import { titleOf } from "@/canvas/nodes/titleOf";
import { graphStore } from "@/canvas/store/graphStore";
import { useView } from "@/canvas/store/viewStore";
import { NamesProvider, useNames, useNamesInUse, useSay } from "@/canvas/useNames";
import "@/features/canvas/canvas.css";

const nothing = () => undefined;

/** The play on the canvas's own cards, which cannot be changed here, and its steps as sentences. */
export default function PlayPreview({ play }: { play: Play }) {
  const names = useNamesInUse();
  const [shown, setShown] = useState<Play>();
  useEffect(() => {
    useView.getState().reset();
    graphStore.getState().open(play.graph, 0);
    setShown(play);
    return () => useView.getState().reset();
  }, [play]);
  if (shown !== play) return null;
  return (
    <div className="play-preview">
      <div className="play-flow" data-testid="play-preview">
        <FlowCanvas key={play.id} readOnly onSave={nothing} />
      </div>
      <NamesProvider value={names}>
        <Steps play={play} />
      </NamesProvider>
    </div>
  );
}

function Steps({ play }: { play: Play }) {
  const { t } = useTranslation();
  const say = useSay();
  const names = useNames();
  const chosen = useView((state) => (state.dock?.kind === "node" ? state.dock.node : null));
  return (
    <ol className="play-steps" aria-label={t("plays.stepsTitle")}>
      {play.graph.nodes.map((node) => {
        const kind = kindOf(node.type);
        return (
          <li key={node.id} className={chosen === node.id ? "play-step-chosen" : undefined}>
            <button
              type="button"
              data-testid={`play-step-${node.id}`}
              onClick={() => useView.getState().lookAt(node.id)}
            >
              <b>{titleOf(t, node)}</b>
              <span>{kind?.definition.summary(node.config, say, names)}</span>
            </button>
          </li>
        );
      })}
    </ol>
  );
}
