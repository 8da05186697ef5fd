import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { signalsQuery } from "@/api/canvas";
import { listen } from "@/api/live";
import { countsQuery } from "@/api/queries";
import { type Dock, useView } from "@/canvas/store/viewStore";

const POLL_WHILE_LOST_MS = 5_000;

/** Keeps the counts and who else is here current: by the socket, and the counts by asking while it is down. */
export function useLive(journeyId: string) {
  const queries = useQueryClient();
  useEffect(() => {
    const { setCounts, setLive, setPresent } = useView.getState();
    const ask = async () => {
      try {
        setCounts(await queries.fetchQuery({ ...countsQuery(journeyId), staleTime: 0, retry: false }));
      } catch {
        // The badge already says that the connection is lost; the next round asks again.
      }
    };
    const line = listen(journeyId, {
      onCounts: setCounts,
      onState: setLive,
      onPresence: setPresent,
      onSaved: (heard) => useView.setState({ heard }),
    });
    const nodeOf = ({ dock }: { dock: Dock | null }) => (dock?.kind === "node" ? dock.node : null);
    const quiet = useView.subscribe((state) => line.at(nodeOf(state)));
    const timer = window.setInterval(() => {
      if (useView.getState().live !== "open") void ask();
    }, POLL_WHILE_LOST_MS);
    void ask();
    return () => {
      quiet();
      line.close();
      setPresent([]);
      window.clearInterval(timer);
    };
  }, [journeyId, queries]);
}

/** Keeps what should be looked at current. */
export function useSignals(journeyId: string) {
  const { data } = useQuery(signalsQuery(journeyId));
  useEffect(() => {
    if (data) useView.getState().setSignals(data);
  }, [data]);
}
