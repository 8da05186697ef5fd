import type { CSSProperties } from "react";
import { useTranslation } from "react-i18next";
import { FAMILY } from "@/app/look";
import { KINDS } from "../nodes/registry";

export const DRAGGED_TYPE = "application/x-zhitu-node";

/** Node types to drag onto the canvas or to add by a click. */
export function Palette({ onAdd }: { onAdd: (type: string) => void }) {
  const { t } = useTranslation();
  return (
    <nav className="palette" aria-label={t("canvas.palette")}>
      <h2>{t("canvas.palette")}</h2>
      {KINDS.map(({ definition: { type, family }, Icon }) => (
        // biome-ignore lint/a11y/useSemanticElements: Firefox does not drag a button (bugzilla 568313)
        <div
          key={type}
          role="button"
          tabIndex={0}
          draggable
          className="palette-item"
          style={{ "--ink": FAMILY[family].ink, "--tint": FAMILY[family].tint } as CSSProperties}
          title={t(`node.${type}.about`)}
          data-testid={`palette-${type}`}
          onClick={() => onAdd(type)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" && event.key !== " ") return;
            event.preventDefault();
            onAdd(type);
          }}
          onDragStart={(event) => {
            event.dataTransfer.setData(DRAGGED_TYPE, type);
            event.dataTransfer.effectAllowed = "copy";
          }}
        >
          <span className="card-icon">
            <Icon />
          </span>
          <span>
            <b>{t(`node.${type}.title`)}</b>
            <small>{t(`node.${type}.short`)}</small>
          </span>
        </div>
      ))}
      <p className="palette-hint">{t("canvas.paletteHint")}</p>
    </nav>
  );
}
