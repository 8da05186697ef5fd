/** Live counts of a journey and who else is at it: a websocket that comes back by itself after a drop. */

import type { Counts } from "./types";

export type LiveState = "connecting" | "open" | "lost";

/** Another operator with this canvas open, and the node whose panel they have open. */
export interface Present {
  id: number;
  name: string;
  node: string | null;
}

const FIRST_DELAY = 500;
const LONGEST_DELAY = 15_000;

interface Listener {
  onCounts: (counts: Counts) => void;
  onState: (state: LiveState) => void;
  onPresence?: (people: Present[]) => void;
  /** Somebody, perhaps this operator, saved the draft as this revision. */
  onSaved?: (revision: number) => void;
}

export interface Line {
  /** Tells the others which node is open here. */
  at: (node: string | null) => void;
  /** Closes the socket for good. */
  close: () => void;
}

/** Opens the socket and keeps it open, with a delay that doubles after each failure. */
export function listen(journeyId: string, { onCounts, onState, onPresence, onSaved }: Listener): Line {
  const scheme = window.location.protocol === "https:" ? "wss" : "ws";
  const address = `${scheme}://${window.location.host}/ws/journeys/${journeyId}/`;
  let delay = FIRST_DELAY;
  let socket: WebSocket | null = null;
  let timer: number | undefined;
  let closed = false;
  let node: string | null = null;
  const tell = () => socket?.send(JSON.stringify({ type: "at", node }));

  const open = () => {
    onState("connecting");
    socket = new WebSocket(address);
    socket.onopen = () => {
      delay = FIRST_DELAY;
      onState("open");
      if (node !== null) tell();
    };
    socket.onmessage = (message) => {
      const body: unknown = JSON.parse(String(message.data));
      if (typeof body !== "object" || body === null || !("type" in body)) return;
      if (body.type === "counts") onCounts(body as Counts);
      else if (body.type === "presence" && "people" in body) onPresence?.(body.people as Present[]);
      else if (body.type === "saved" && "revision" in body) onSaved?.(Number(body.revision));
    };
    socket.onclose = () => {
      if (closed) return;
      onState("lost");
      // Who is here cannot be known any more.
      onPresence?.([]);
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
  return {
    at: (next) => {
      if (next === node) return;
      node = next;
      if (socket?.readyState === WebSocket.OPEN) tell();
    },
    close: () => {
      closed = true;
      window.removeEventListener("online", hurry);
      window.clearTimeout(timer);
      socket?.close();
    },
  };
}
