import type { ReactFlowInstance } from "@xyflow/react";
import { lasting } from "@/app/motion";

/** How a canvas is moved; React Flow's instance for any kinds of nodes and edges. */
type View = Pick<ReactFlowInstance, "zoomIn" | "zoomOut" | "fitView">;

const ZOOM_MS = 150;
const FIT_MS = 250;

export const zoomIn = (view: View) => view.zoomIn({ duration: lasting(ZOOM_MS) });
export const zoomOut = (view: View) => view.zoomOut({ duration: lasting(ZOOM_MS) });
/** All of it in sight, never magnified. */
export const fitAll = (view: View, milliseconds = FIT_MS) =>
  view.fitView({ duration: lasting(milliseconds), maxZoom: 1, padding: 0.15 });
