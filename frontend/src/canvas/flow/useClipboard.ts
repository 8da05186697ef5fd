import { type RefObject, useEffect } from "react";
import { copyNodes, readFragment } from "../core/clipboard";
import { graphStore } from "../store/graphStore";
import { type Board, selectedIds } from "./board";
import { isTyping, removeChosen } from "./useShortcuts";

interface Wanted {
  board: RefObject<Board>;
  select: (ids: ReadonlySet<string>) => void;
  readOnly: boolean;
}

/** Copy, cut and paste. The system clipboard carries fragments, so they paste into another journey's canvas and another tab too. */
export function useClipboard({ board, select, readOnly }: Wanted) {
  useEffect(() => {
    const take = (event: ClipboardEvent): boolean => {
      const chosen = selectedIds(board.current.nodes);
      if (isTyping(event.target) || chosen.size === 0 || !window.getSelection()?.isCollapsed) return false;
      event.clipboardData?.setData("text/plain", JSON.stringify(copyNodes(graphStore.getState().graph, chosen)));
      event.preventDefault();
      return true;
    };
    const onCopy = (event: ClipboardEvent) => void take(event);
    const onCut = (event: ClipboardEvent) => {
      if (!readOnly && take(event)) removeChosen(board.current);
    };
    const onPaste = (event: ClipboardEvent) => {
      const fragment =
        isTyping(event.target) || readOnly ? null : readFragment(event.clipboardData?.getData("text/plain") ?? "");
      if (!fragment) return;
      event.preventDefault();
      const pasted = new Set(graphStore.getState().paste(fragment));
      // The pasted nodes are drawn first; only then can they be selected.
      window.requestAnimationFrame(() => select(pasted));
    };
    document.addEventListener("copy", onCopy);
    document.addEventListener("cut", onCut);
    document.addEventListener("paste", onPaste);
    return () => {
      document.removeEventListener("copy", onCopy);
      document.removeEventListener("cut", onCut);
      document.removeEventListener("paste", onPaste);
    };
  }, [board, select, readOnly]);
}
