import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { listen } from "@/api/live";
import { countsQuery } from "@/api/queries";
import { useView } from "@/canvas/store/viewStore";

const POLL_WHILE_LOST_MS = 5_000;

/** Keeps the counts current: by the socket, and by asking while it is down. */
export function useLive(journeyId: string) {
  const queries = useQueryClient();
  useEffect(() => {
    const { setCounts, setLive } = useView.getState();
    const ask = async () => {
      try {
        setCounts(await queries.fetchQuery({ ...countsQuery(journeyId), staleTime: 0, retry: false }));
      } catch {
        // The badge already says that the connection is lost; the next round asks again.
      }
    };
    const stop = listen(journeyId, { onCounts: setCounts, onState: setLive });
    const timer = window.setInterval(() => {
      if (useView.getState().live !== "open") void ask();
    }, POLL_WHILE_LOST_MS);
    void ask();
    return () => {
      stop();
      window.clearInterval(timer);
    };
  }, [journeyId, queries]);
}
