import { useReactFlow } from "@xyflow/react";
import { useCallback } from "react";
import { NOTE_SIZE } from "../core/notes";
import { graphStore } from "../store/graphStore";
import { useView } from "../store/viewStore";

/** Puts an empty note in the middle of what is seen, ready to be written on. */
export function useAddNote(): () => void {
  const flow = useReactFlow();
  return useCallback(() => {
    const area = document.querySelector(".flow")?.getBoundingClientRect();
    const middle = flow.screenToFlowPosition({
      x: area ? area.left + area.width / 2 : window.innerWidth / 2,
      y: area ? area.top + area.height / 3 : window.innerHeight / 3,
    });
    const at = { x: Math.round(middle.x - NOTE_SIZE.width / 2), y: Math.round(middle.y - NOTE_SIZE.height / 2) };
    const { notes = [] } = graphStore.getState().graph;
    while (notes.some(({ position }) => Math.abs(position.x - at.x) < 20 && Math.abs(position.y - at.y) < 20)) {
      at.x += 24;
      at.y += 24;
    }
    useView.setState({ fresh: graphStore.getState().note(at) });
  }, [flow]);
}
