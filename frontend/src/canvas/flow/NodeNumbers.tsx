import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { NodeCounts } from "@/api/types";
import { useFormat } from "@/format/useFormat";
import { useView } from "../store/viewStore";

const SHOWN = [
  "entered",
  "waiting",
  "sent",
  "blocked",
  "failed",
  "stuck",
  "converted",
] as const satisfies (keyof NodeCounts)[];
const ALWAYS: readonly string[] = ["entered"];

/** Live numbers of a node; a click lists the people. */
export function NodeNumbers({ id }: { id: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const counts = useView((state) => state.counts[id]);
  const show = useView((state) => state.show);
  if (!counts) return null;
  return (
    <Tooltip title={t("canvas.numbersHint")} mouseEnterDelay={0.6}>
      <button
        type="button"
        className="numbers nodrag"
        data-testid={`counts-${id}`}
        onClick={(event) => {
          event.stopPropagation();
          show({ kind: "people", node: id });
        }}
      >
        {SHOWN.filter((key) => (counts[key] ?? 0) > 0 || ALWAYS.includes(key)).map((key) => (
          <span key={key} className={`number number-${key}`} data-testid={`count-${id}-${key}`}>
            {t(`canvas.numbers.${key}`)} <b>{format.number(counts[key] ?? 0)}</b>
          </span>
        ))}
      </button>
    </Tooltip>
  );
}
