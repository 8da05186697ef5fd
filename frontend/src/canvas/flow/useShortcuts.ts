import { useEffect } from "react";
import { copyNodes, readFragment } from "../core/clipboard";
import { graphStore } from "../store/graphStore";
import { useView } from "../store/viewStore";
import type { FlowEdge } from "./JourneyEdge";
import type { FlowNode } from "./JourneyNode";

interface Wanted {
  nodes: readonly FlowNode[];
  edges: readonly FlowEdge[];
  select: (ids: ReadonlySet<string>) => void;
  readOnly: boolean;
  onSave: () => void;
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

const selectedIds = (items: readonly { id: string; selected?: boolean }[]) =>
  new Set(items.filter((item) => item.selected).map((item) => item.id));

/** Keyboard and clipboard of the canvas. The system clipboard carries fragments, so they paste into another journey's canvas too. */
export function useShortcuts({ nodes, edges, select, readOnly, onSave }: Wanted) {
  useEffect(() => {
    const removeSelected = () => {
      const chosen = selectedIds(nodes);
      graphStore.getState().remove(chosen, selectedIds(edges));
      const { dock, show } = useView.getState();
      if (dock?.kind === "node" && chosen.has(dock.node)) show(null);
    };
    const onKey = (event: KeyboardEvent) => {
      const command = event.ctrlKey || event.metaKey;
      const key = event.key.toLowerCase();
      if (command && key === "s") {
        event.preventDefault();
        if (!readOnly) onSave();
        return;
      }
      if (isTyping(event.target) || readOnly) return;
      const history = graphStore.temporal.getState();
      if (command && key === "z") {
        event.preventDefault();
        if (event.shiftKey) history.redo();
        else history.undo();
      } else if (command && key === "y") {
        event.preventDefault();
        history.redo();
      } else if (command && key === "a") {
        event.preventDefault();
        select(new Set(nodes.map((node) => node.id)));
      } else if (key === "delete" || key === "backspace") {
        event.preventDefault();
        removeSelected();
      } else if (key === "escape") {
        select(new Set());
        useView.getState().show(null);
      }
    };
    const onCopy = (event: ClipboardEvent) => {
      const chosen = selectedIds(nodes);
      if (isTyping(event.target) || chosen.size === 0 || !window.getSelection()?.isCollapsed) return;
      event.clipboardData?.setData("text/plain", JSON.stringify(copyNodes(graphStore.getState().graph, chosen)));
      event.preventDefault();
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
    window.addEventListener("keydown", onKey);
    document.addEventListener("copy", onCopy);
    document.addEventListener("paste", onPaste);
    return () => {
      window.removeEventListener("keydown", onKey);
      document.removeEventListener("copy", onCopy);
      document.removeEventListener("paste", onPaste);
    };
  }, [nodes, edges, select, readOnly, onSave]);
}
