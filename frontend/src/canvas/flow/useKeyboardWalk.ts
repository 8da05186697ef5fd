import { useReactFlow } from "@xyflow/react";
import { type RefObject, useEffect } from "react";
import { lasting } from "@/app/motion";
import { nodeOf, type Position } from "../core/graph";
import { type Direction, neighbour } from "../core/neighbours";
import { noteOf } from "../core/notes";
import { outcomesOf } from "../nodes/registry";
import { graphStore } from "../store/graphStore";
import { useView } from "../store/viewStore";
import type { Board } from "./board";

const WAYS: Record<string, Direction> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};
const STEP = 20;
const SHIFT: Record<Direction, Position> = {
  left: { x: -STEP, y: 0 },
  right: { x: STEP, y: 0 },
  up: { x: 0, y: -STEP },
  down: { x: 0, y: STEP },
};

/** The element of a node that takes the keyboard, drawn or about to be: what is out of sight is drawn once it comes into view. */
function focusNode(id: string, tries = 20) {
  const element = document.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`);
  if (element) element.focus({ preventScroll: true });
  else if (tries > 0) window.requestAnimationFrame(() => focusNode(id, tries - 1));
}

/** Focuses a control of the dock as soon as it is drawn. */
function focusInDock(selector: string, tries = 60) {
  const element = document.querySelector<HTMLElement>(`.dock ${selector}`);
  if (element) element.focus();
  else if (tries > 0) window.requestAnimationFrame(() => focusInDock(selector, tries - 1));
}

interface Wanted {
  board: RefObject<Board>;
  select: (ids: ReadonlySet<string>) => void;
  readOnly: boolean;
}

/** The canvas without a mouse: arrows go from card to card, Enter opens one, C connects it, Alt with an arrow moves what is chosen. */
export function useKeyboardWalk({ board, select, readOnly }: Wanted) {
  const flow = useReactFlow();
  useEffect(() => {
    const goTo = (id: string) => {
      select(new Set([id]));
      const node = nodeOf(graphStore.getState().graph, id);
      if (node) {
        const { x, y } = node.position;
        const { zoom } = flow.getViewport();
        const at = flow.flowToScreenPosition({ x: x + 124, y: y + 60 });
        const area = document.querySelector(".flow")?.getBoundingClientRect();
        const seen =
          area && at.x > area.left + 80 && at.x < area.right - 80 && at.y > area.top + 60 && at.y < area.bottom - 60;
        if (!seen) void flow.setCenter(x + 124, y + 60, { zoom, duration: lasting(160) });
      }
      focusNode(id);
    };
    const shift = (direction: Direction) => {
      const by = SHIFT[direction];
      const chosen = board.current.nodes.filter((node) => node.selected);
      graphStore
        .getState()
        .move(new Map(chosen.map(({ id, position: { x, y } }) => [id, { x: x + by.x, y: y + by.y }])));
    };
    const onKey = (event: KeyboardEvent) => {
      const element = event.target instanceof HTMLElement ? event.target : null;
      const focused = element?.classList.contains("react-flow__node") ? (element.dataset.id ?? null) : null;
      const { dock } = useView.getState();
      const inPanel = element?.closest(".dock") && !element.closest(".ant-select-open");
      if (event.key === "Escape" && inPanel && dock?.kind === "node") {
        // Back from a panel to the card it is of; another Escape closes the panel.
        focusNode(dock.node);
        return;
      }
      const onBoard = focused !== null || element === document.body || element?.classList.contains("react-flow__pane");
      if (!onBoard || event.ctrlKey || event.metaKey) return;
      const { graph } = graphStore.getState();
      const chosen = focused ?? board.current.nodes.find((node) => node.selected)?.id ?? null;
      const direction = WAYS[event.key];
      if (direction) {
        event.preventDefault();
        if (event.altKey) {
          if (!readOnly) shift(direction);
          return;
        }
        const next = chosen
          ? neighbour(graph, chosen, direction, (node) => outcomesOf(node).map(({ id }) => id))
          : graph.nodes[0]?.id;
        if (next) goTo(next);
      } else if ((event.key === "Enter" || event.key === " ") && focused !== null) {
        event.preventDefault();
        select(new Set([focused]));
        if (event.key === " ") return;
        if (noteOf(focused) !== null) {
          element?.querySelector(".note")?.dispatchEvent(new MouseEvent("dblclick", { bubbles: true }));
        } else {
          useView.getState().show({ kind: "node", node: focused });
          focusInDock("[data-testid=node-name]");
        }
      } else if (event.key.toLowerCase() === "c" && chosen !== null && noteOf(chosen) === null && !readOnly) {
        event.preventDefault();
        select(new Set([chosen]));
        useView.getState().show({ kind: "node", node: chosen });
        focusInDock(".paths input");
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [board, select, readOnly, flow]);
}
