/** Whether the server can be reached: known by what became of the last call, and by what the browser says of its network. */

import { create } from "zustand";
import { ApiError, Unreachable } from "@/api/errors";

export const useConnection = create<{ lost: boolean }>(() => ({ lost: false }));

/** What a proxy answers in the place of a server that is down or restarting. */
const NOBODY_BEHIND = new Set([502, 504]);

export function noteAnswer() {
  if (useConnection.getState().lost) useConnection.setState({ lost: false });
}

export function noteError(error: unknown) {
  if (error instanceof Unreachable || (error instanceof ApiError && NOBODY_BEHIND.has(error.status)))
    useConnection.setState({ lost: true });
  else noteAnswer();
}
