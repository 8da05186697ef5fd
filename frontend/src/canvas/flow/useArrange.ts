import { useReactFlow } from "@xyflow/react";
import { useCallback, useState } from "react";
import { useComplain } from "@/app/Problem";
import { graphStore } from "../store/graphStore";
import { fitAll } from "./moves";
import { useSizeOf } from "./useSizeOf";

/** Longer than a fit by itself: cards have changed their places. */
const ARRANGED_MS = 300;

/** Auto layout, with the trigger left where it is. */
export function useArrange(): { busy: boolean; arrangeAll: () => Promise<void> } {
  const flow = useReactFlow();
  const sizeOf = useSizeOf();
  const complain = useComplain();
  const [busy, setBusy] = useState(false);
  const arrangeAll = useCallback(async () => {
    setBusy(true);
    try {
      const { arrange } = await import("./layout");
      const { graph, move } = graphStore.getState();
      move(await arrange(graph, sizeOf));
      window.setTimeout(() => void fitAll(flow, ARRANGED_MS), 50);
    } catch (error) {
      complain(error);
    } finally {
      setBusy(false);
    }
  }, [flow, sizeOf, complain]);
  return { busy, arrangeAll };
}
