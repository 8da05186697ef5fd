import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { listen } from "@/api/live";

class Socket {
  static opened: Socket[] = [];
  static readonly OPEN = 1;
  static readonly CONNECTING = 0;
  readyState = 0;
  onopen?: () => void;
  onclose?: () => void;
  onmessage?: (message: { data: string }) => void;
  readonly url: string;
  constructor(url: string) {
    this.url = url;
    Socket.opened.push(this);
  }
  close() {
    this.readyState = 3;
    this.onclose?.();
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  Socket.opened = [];
  vi.stubGlobal("WebSocket", Socket);
});
afterEach(() => vi.unstubAllGlobals());

test("counts are handed on and a dropped socket is opened again, later each time", () => {
  const counts = vi.fn();
  const states: string[] = [];
  const stop = listen("j1", { onCounts: counts, onState: (state) => states.push(state) });
  const [first] = Socket.opened;
  expect(first?.url).toMatch(/\/ws\/journeys\/j1\/$/);
  first?.onopen?.();
  first?.onmessage?.({ data: JSON.stringify({ type: "counts", version: "v", nodes: {} }) });
  first?.onmessage?.({ data: JSON.stringify({ type: "something else" }) });
  expect(counts).toHaveBeenCalledTimes(1);
  first?.close();
  vi.advanceTimersByTime(500);
  expect(Socket.opened).toHaveLength(2);
  Socket.opened[1]?.close();
  vi.advanceTimersByTime(500);
  expect(Socket.opened).toHaveLength(2);
  vi.advanceTimersByTime(500);
  expect(Socket.opened).toHaveLength(3);
  expect(states).toEqual(["connecting", "open", "lost", "connecting", "lost", "connecting"]);
  stop.close();
});

test("once closed for good it stays closed", () => {
  const stop = listen("j1", { onCounts: vi.fn(), onState: vi.fn() });
  stop.close();
  vi.advanceTimersByTime(60_000);
  expect(Socket.opened).toHaveLength(1);
});
