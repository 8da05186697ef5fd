import { useReactFlow } from "@xyflow/react";
import { useCallback } from "react";
import type { Size } from "../core/arrange";
import { NODE_WIDTH } from "./JourneyNode";

const TYPICAL_HEIGHT = 120;

/** A node's size as drawn; a typical one before it has been. */
export function useSizeOf(): (id: string) => Size {
  const { getNode } = useReactFlow();
  return useCallback(
    (id) => {
      const drawn = getNode(id)?.measured;
      return { width: drawn?.width ?? NODE_WIDTH, height: drawn?.height ?? TYPICAL_HEIGHT };
    },
    [getNode],
  );
}
