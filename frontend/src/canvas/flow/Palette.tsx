import { FileTextOutlined, SearchOutlined } from "@ant-design/icons";
import { Input } from "antd";
import { type ComponentType, type CSSProperties, useState } from "react";
import { useTranslation } from "react-i18next";
import { FAMILY } from "@/app/look";
import { KINDS } from "../nodes/registry";

export const DRAGGED_TYPE = "application/x-zhitu-node";
/** What is dragged when it is no node. */
export const NOTE_TYPE = "note";

interface Props {
  onAdd: (type: string) => void;
  onNote: () => void;
}

/** Node types to drag onto the canvas or to add by a click; what is typed narrows them, and Enter adds the first. */
export function Palette({ onAdd, onNote }: Props) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const wanted = typed.trim().toLowerCase();
  const said = (type: string) => ["title", "short", "about"].map((each) => t(`node.${type}.${each}`)).join(" ");
  const found = KINDS.filter(({ definition: { type } }) => `${type} ${said(type)}`.toLowerCase().includes(wanted));
  const noteFound = `note ${t("board.note")}`.toLowerCase().includes(wanted);
  return (
    <nav className="palette" aria-label={t("canvas.palette")}>
      <Input
        size="small"
        allowClear
        className="palette-search"
        prefix={<SearchOutlined />}
        value={typed}
        placeholder={t("board.searchNodes")}
        aria-label={t("board.searchNodes")}
        data-testid="palette-search"
        onChange={({ target }) => setTyped(target.value)}
        onPressEnter={() => {
          if (!wanted) return;
          if (found[0]) onAdd(found[0].definition.type);
          else if (noteFound) onNote();
          setTyped("");
        }}
      />
      {found.map(({ definition: { type, family }, Icon }) => (
        <Entry
          key={type}
          type={type}
          Icon={Icon}
          style={{ "--ink": FAMILY[family].ink, "--tint": FAMILY[family].tint } as CSSProperties}
          title={t(`node.${type}.title`)}
          short={t(`node.${type}.short`)}
          about={t(`node.${type}.about`)}
          onAdd={() => onAdd(type)}
        />
      ))}
      {noteFound && (
        <Entry
          type={NOTE_TYPE}
          Icon={FileTextOutlined}
          style={{ "--ink": "var(--note-yellow-ink)", "--tint": "var(--note-yellow)" } as CSSProperties}
          title={t("board.note")}
          short={t("board.noteShort")}
          about={t("board.noteAbout")}
          onAdd={onNote}
        />
      )}
      {found.length === 0 && !noteFound && <p className="palette-hint">{t("board.nothingFound")}</p>}
      <p className="palette-hint">{t("canvas.paletteHint")}</p>
    </nav>
  );
}

interface EntryProps {
  type: string;
  Icon: ComponentType;
  style: CSSProperties;
  title: string;
  short: string;
  about: string;
  onAdd: () => void;
}

function Entry({ type, Icon, style, title, short, about, onAdd }: EntryProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: Firefox does not drag a button (bugzilla 568313)
    <div
      role="button"
      tabIndex={0}
      draggable
      className="palette-item"
      style={style}
      title={about}
      data-testid={`palette-${type}`}
      onClick={onAdd}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        onAdd();
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
        <b>{title}</b>
        <small>{short}</small>
      </span>
    </div>
  );
}
