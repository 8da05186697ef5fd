import { useReactFlow } from "@xyflow/react";
import { type RefObject, useEffect } from "react";
import { copyNodes } from "../core/clipboard";
import { graphStore } from "../store/graphStore";
import { useView } from "../store/viewStore";
import { type Board, selectedIds } from "./board";
import { fitAll, zoomIn, zoomOut } from "./moves";
import { useArrange } from "./useArrange";

interface Wanted {
  board: RefObject<Board>;
  select: (ids: ReadonlySet<string>) => void;
  readOnly: boolean;
  onSave: () => void;
  onNote: () => void;
}

export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** Takes away what is chosen; the panel of a node that goes closes with it. */
export function removeChosen({ nodes, edges }: Board) {
  const chosen = selectedIds(nodes);
  graphStore.getState().remove(chosen, selectedIds(edges));
  const { dock, show } = useView.getState();
  if (dock?.kind === "node" && chosen.has(dock.node)) show(null);
}

/** A dialog over the canvas has the keyboard to itself. */
const covered = () => document.querySelector(".ant-modal-wrap:not([style*='display: none'])") !== null;

/** The keys of the canvas; `core/shortcuts` lists them for the help sheet. */
export function useShortcuts({ board, select, readOnly, onSave, onNote }: Wanted) {
  const flow = useReactFlow();
  const { arrangeAll } = useArrange();
  useEffect(() => {
    const duplicate = () => {
      const { graph, paste } = graphStore.getState();
      const pasted = new Set(paste(copyNodes(graph, selectedIds(board.current.nodes))));
      window.requestAnimationFrame(() => select(pasted));
    };
    const withCommand = (key: string, shift: boolean): (() => void) | undefined => {
      const history = graphStore.temporal.getState();
      if (key === "a") return () => select(new Set(board.current.nodes.map((node) => node.id)));
      if (readOnly) return undefined;
      if (key === "z") return () => (shift ? history.redo() : history.undo());
      if (key === "y") return () => history.redo();
      return key === "d" ? duplicate : undefined;
    };
    const alone = (key: string): (() => void) | undefined => {
      const { help, show } = useView.getState();
      switch (key) {
        case "?":
          return () => help(true);
        case "/":
          return () => document.querySelector<HTMLElement>("[data-testid=palette-search]")?.focus();
        case "+":
        case "=":
          return () => void zoomIn(flow);
        case "-":
          return () => void zoomOut(flow);
        case "0":
          return () => void fitAll(flow);
        case "escape":
          return () => {
            select(new Set());
            show(null);
          };
      }
      if (readOnly) return undefined;
      if (key === "delete" || key === "backspace") return () => removeChosen(board.current);
      if (key === "n") return onNote;
      return key === "l" ? () => void arrangeAll() : undefined;
    };
    const onKey = (event: KeyboardEvent) => {
      const command = event.ctrlKey || event.metaKey;
      const key = event.key.toLowerCase();
      if (command && key === "s") {
        event.preventDefault();
        if (!readOnly) onSave();
        return;
      }
      if (isTyping(event.target) || event.altKey || covered()) return;
      const act = command ? withCommand(key, event.shiftKey) : alone(key);
      if (!act) return;
      event.preventDefault();
      act();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [board, select, readOnly, onSave, onNote, flow, arrangeAll]);
}
