/** Live counts of a journey: a websocket that comes back by itself after a drop. */

import type { Counts } from "./types";

export type LiveState = "connecting" | "open" | "lost";

const FIRST_DELAY = 500;
const LONGEST_DELAY = 15_000;

interface Listener {
  onCounts: (counts: Counts) => void;
  onState: (state: LiveState) => void;
}

/** Opens the socket and keeps it open, with a delay that doubles after each failure. Returns how to close it for good. */
export function listen(journeyId: string, { onCounts, onState }: Listener): () => void {
  const scheme = window.location.protocol === "https:" ? "wss" : "ws";
  const address = `${scheme}://${window.location.host}/ws/journeys/${journeyId}/`;
  let delay = FIRST_DELAY;
  let socket: WebSocket | null = null;
  let timer: number | undefined;
  let closed = false;

  const open = () => {
    onState("connecting");
    socket = new WebSocket(address);
    socket.onopen = () => {
      delay = FIRST_DELAY;
      onState("open");
    };
    socket.onmessage = (message) => {
      const body: unknown = JSON.parse(String(message.data));
      if (typeof body === "object" && body !== null && "type" in body && body.type === "counts")
        onCounts(body as Counts);
    };
    socket.onclose = () => {
      if (closed) return;
      onState("lost");
      timer = window.setTimeout(open, delay);
      delay = Math.min(delay * 2, LONGEST_DELAY);
    };
  };

  const hurry = () => {
    if (closed || socket?.readyState === WebSocket.OPEN || socket?.readyState === WebSocket.CONNECTING) return;
    window.clearTimeout(timer);
    delay = FIRST_DELAY;
    open();
  };

  open();
  window.addEventListener("online", hurry);
  return () => {
    closed = true;
    window.removeEventListener("online", hurry);
    window.clearTimeout(timer);
    socket?.close();
  };
}
