import { type Node, type NodeProps, NodeResizer } from "@xyflow/react";
import { memo, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Note } from "../core/graph";
import { COLOURS } from "../core/notes";
import { graphStore, useGraph } from "../store/graphStore";
import { useView } from "../store/viewStore";
import "./notes.css";

export type FlowNote = Node<{ note: Note; readOnly: boolean }, "note">;

const MOST_LETTERS = 2000;

/** A remark on the canvas: moved and resized like paper, written into after a double click or Enter. */
export const NoteNode = memo(function NoteNode({ id, data: { note, readOnly }, selected }: NodeProps<FlowNote>) {
  const { t } = useTranslation();
  const [writing, setWriting] = useState(() => useView.getState().fresh === id);
  const field = useRef<HTMLTextAreaElement>(null);
  // Straight from the draft: by way of the board a letter would come a drawing too late, and the next one overwrite it.
  const text = useGraph(({ graph }) => graph.notes?.find((each) => each.id === note.id)?.text ?? "");
  const { changeNote } = graphStore.getState();
  useEffect(() => {
    if (!writing) return;
    field.current?.focus();
    useView.setState({ fresh: null });
  }, [writing]);
  return (
    <>
      {!readOnly && (
        <NodeResizer
          isVisible={selected}
          minWidth={120}
          minHeight={60}
          onResizeEnd={(_, { x, y, width, height }) =>
            changeNote(note.id, {
              position: { x: Math.round(x), y: Math.round(y) },
              width: Math.round(width),
              height: Math.round(height),
            })
          }
        />
      )}
      <section
        className={`note note-${note.colour}`}
        aria-label={t("board.note")}
        data-testid={id}
        onDoubleClick={() => !readOnly && setWriting(true)}
      >
        {writing ? (
          <textarea
            ref={field}
            className="nodrag nowheel nopan"
            value={text}
            maxLength={MOST_LETTERS}
            placeholder={t("board.noteExample")}
            aria-label={t("board.noteText")}
            data-testid={`${id}-text`}
            onChange={({ target }) => changeNote(note.id, { text: target.value })}
            onBlur={() => setWriting(false)}
            onKeyDown={(event) => {
              if (event.key !== "Escape") return;
              event.stopPropagation();
              event.currentTarget.closest<HTMLElement>(".react-flow__node")?.focus();
            }}
          />
        ) : (
          <p className="note-text">{text || <span className="soft">{t("board.noteExample")}</span>}</p>
        )}
        {selected && !readOnly && (
          <fieldset className="note-colours nodrag" aria-label={t("board.noteColour")}>
            {COLOURS.map((colour) => (
              <button
                key={colour}
                type="button"
                className={`note-colour note-${colour}`}
                aria-label={t(`board.colours.${colour}`)}
                aria-pressed={note.colour === colour}
                data-testid={`${id}-${colour}`}
                onClick={() => changeNote(note.id, { colour })}
              />
            ))}
          </fieldset>
        )}
      </section>
    </>
  );
});
