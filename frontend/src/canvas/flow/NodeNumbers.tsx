import type { MouseEvent } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/format/useFormat";
import { type Counted, type Listed, useView } from "../store/viewStore";

const SHOWN = [
  "entered",
  "waiting",
  "sent",
  "delivered",
  "clicked",
  "blocked",
  "failed",
  "stuck",
  "converted",
  "lost",
] as const;
type Shown = (typeof SHOWN)[number];
const ALWAYS: readonly Shown[] = ["entered"];

/** Whom a number counts. */
function listedBy(id: string, key: Shown): Listed {
  return key === "stuck" ? { node: id, state: "failed" } : { node: id, did: key satisfies Counted };
}

/** Live numbers of a node; a click on one lists the people it counts, a click beside them those who are here. */
export function NodeNumbers({ id }: { id: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const counts = useView((state) => state.counts[id]);
  const lost = useView((state) => state.signals.lost[id]) ?? 0;
  const show = useView((state) => state.show);
  if (!counts) return null;
  const list = (listed: Listed) => (event: MouseEvent) => {
    event.stopPropagation();
    show({ kind: "people", ...listed });
  };
  const numbers = { ...counts, lost };
  return (
    // Not tooltips of antd: there are several for each of hundreds of cards.
    // biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: every number in it is a button
    <div className="numbers nodrag" data-testid={`counts-${id}`} onClick={list({ node: id })}>
      {SHOWN.filter((key) => (numbers[key] ?? 0) > 0 || ALWAYS.includes(key)).map((key) => (
        <button
          key={key}
          type="button"
          title={t(`board.counted.${key}`)}
          className={`number number-${key}`}
          data-testid={`count-${id}-${key}`}
          onClick={list(listedBy(id, key))}
        >
          {t(`canvas.numbers.${key}`)} <b>{format.number(numbers[key] ?? 0)}</b>
        </button>
      ))}
      {/* From far it stands for all of them; it takes no room, so that a card measures the same from near and from far. */}
      <button
        type="button"
        title={t("board.counted.entered")}
        className="number number-far"
        data-testid={`far-${id}-entered`}
        onClick={list({ node: id, did: "entered" })}
      >
        <span className="number-label">{t("canvas.numbers.entered")} </span>
        <b>{format.number(counts.entered ?? 0)}</b>
      </button>
    </div>
  );
}
