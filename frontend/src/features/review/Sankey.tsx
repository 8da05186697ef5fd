import { Button, Space } from "antd";
import { type CSSProperties, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { PathsAnswer } from "@/api/reviewPaths";
import { FAMILY } from "@/app/look";
import type { Graph } from "@/canvas/core/graph";
import { kindOf } from "@/canvas/nodes/registry";
import { useFormat } from "@/format/useFormat";
import { useOpenPeople } from "./people";
import { type Band, CARD, type Placed, ribbons } from "./ribbons";
import { type NodeWords, useNodeWords } from "./useNodeWords";
import "./sankey.css";

interface Props {
  graph: Graph;
  paths: PathsAnswer;
}

/** Fitted to the page it is neither too small to be read nor larger than life. */
const LEAST_FIT = 0.72;
const MOST_FIT = 1.25;
const ZOOM = { least: 0.4, most: 2, step: 0.25 };

/** The paths people really took, on the canvas's own layout; bands are as wide as people went along them. */
export function Sankey({ graph, paths }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useNodeWords(graph);
  const open = useOpenPeople();
  const [zoom, setZoom] = useState<number>();
  const drawing = useMemo(() => ribbons(graph, paths.links), [graph, paths.links]);
  const people = new Map(paths.nodes.map((each) => [each.node, each.people]));
  const to = (change: number) => setZoom(Math.min(ZOOM.most, Math.max(ZOOM.least, (zoom ?? 1) + change)));
  const told = (link: Band) =>
    t("review.went", {
      from: words.node(link.source),
      outcome: words.outcome(link.source, link.outcome),
      to: words.node(link.target),
      people: format.number(link.people),
    });
  return (
    <div className="sankey" data-testid="sankey">
      <Space className="sankey-tools" size={4}>
        <Button size="small" onClick={() => to(-ZOOM.step)} aria-label={t("review.smaller")}>
          −
        </Button>
        <Button size="small" onClick={() => setZoom(undefined)} data-testid="sankey-fit">
          {t("review.fit")}
        </Button>
        <Button size="small" onClick={() => to(ZOOM.step)} aria-label={t("review.larger")}>
          +
        </Button>
      </Space>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what is wider than the page is scrolled by the keyboard as well */}
      <section className="sankey-room" tabIndex={0} aria-label={t("review.paths")}>
        <div
          className="sankey-ground"
          style={{
            width: zoom === undefined ? "100%" : drawing.width * zoom,
            minWidth: zoom === undefined ? drawing.width * LEAST_FIT : undefined,
            aspectRatio: `${drawing.width} / ${drawing.height}`,
            maxWidth: zoom === undefined ? drawing.width * MOST_FIT : undefined,
          }}
        >
          <svg viewBox={`0 0 ${drawing.width} ${drawing.height}`} role="presentation">
            {drawing.bands.map((band) => (
              <path
                key={band.id}
                className="sankey-band"
                d={band.path}
                strokeWidth={band.width}
                data-testid={`band-${band.source}-${band.outcome}`}
                data-people={band.people}
              >
                <title>{told(band)}</title>
              </path>
            ))}
            {drawing.nodes.map((place) => (
              <foreignObject key={place.id} x={place.at.x} y={place.at.y} width={CARD.width} height={CARD.height}>
                <Card
                  place={place}
                  people={people.get(place.id) ?? 0}
                  words={words}
                  onOpen={() => open({ what: "came", node: place.id }, words.node(place.id))}
                />
              </foreignObject>
            ))}
          </svg>
        </div>
      </section>
      <ul className="unseen">
        {drawing.bands.map((band) => (
          <li key={band.id}>{told(band)}</li>
        ))}
      </ul>
    </div>
  );
}

function Card({
  place,
  people,
  words,
  onOpen,
}: {
  place: Placed;
  people: number;
  words: NodeWords;
  onOpen: () => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const look = FAMILY[(place.node && kindOf(place.node.type)?.definition.family) ?? "end"];
  return (
    <button
      type="button"
      className={place.node ? "sankey-card" : "sankey-card sankey-gone"}
      style={{ "--ink": look.ink, "--tint": look.tint } as CSSProperties}
      onClick={onOpen}
      data-testid={`sankey-${place.id}`}
    >
      <span className="sankey-name">{words.node(place.id)}</span>
      <b>{format.number(people)}</b>
      {!place.node && <span className="soft">{t("review.gone")}</span>}
    </button>
  );
}
