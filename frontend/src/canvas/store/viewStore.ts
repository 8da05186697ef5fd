/** What is looked at on the canvas: nothing here is saved or undone. */

import { create } from "zustand";
import type { Signals } from "@/api/canvas";
import type { LiveState, Present } from "@/api/live";
import type { Counts, EnrollmentState, Issue } from "@/api/types";
import type { Trail } from "../core/trail";

export type Dock =
  | { kind: "node"; node: string }
  | { kind: "issues" }
  | { kind: "settings" }
  | { kind: "test" }
  | { kind: "enroll" }
  | { kind: "talk" }
  | ({ kind: "people" } & Listed)
  | { kind: "stream"; enrollment: string; from?: Listed };

/** The list of people that a person was opened from. */
export interface Listed {
  node?: string;
  state?: EnrollmentState;
  /** Instead of those who are at the node: who counts in this number of it. */
  did?: Counted | undefined;
  /** Of `left`: by which way out. */
  outcome?: string | undefined;
}

/** The numbers of a node that name people. */
export const COUNTED = [
  "entered",
  "waiting",
  "left",
  "sent",
  "delivered",
  "clicked",
  "blocked",
  "failed",
  "converted",
  "lost",
] as const;
export type Counted = (typeof COUNTED)[number];

interface ViewState {
  dock: Dock | null;
  issues: Issue[];
  /** What should be looked at although nothing is wrong with the draft. */
  signals: Signals;
  counts: Counts["nodes"];
  live: LiveState;
  /** The other operators who have this canvas open. */
  present: Present[];
  trail: Trail | null;
  /** Raised to ask the canvas to select a node and bring it into view. */
  focus: { node: string; at: number } | null;
  /** The newest revision of the draft that was heard of. */
  heard: number;
  /** A note that was just put down, to be written on at once. */
  fresh: string | null;
  /** The sheet of keys is open. */
  helping: boolean;
  show: (dock: Dock | null) => void;
  help: (open: boolean) => void;
  setIssues: (issues: Issue[]) => void;
  setSignals: (signals: Signals) => void;
  setCounts: (counts: Counts) => void;
  setLive: (live: LiveState) => void;
  setPresent: (present: Present[]) => void;
  setTrail: (trail: Trail | null) => void;
  lookAt: (node: string) => void;
  reset: () => void;
}

const NOTHING = {
  dock: null,
  issues: [],
  signals: { warnings: [], lost: {} } as Signals,
  counts: {},
  live: "connecting" as const,
  present: [] as Present[],
  trail: null,
  focus: null,
  heard: 0,
  fresh: null,
  helping: false,
};

export const useView = create<ViewState>((set, get) => ({
  ...NOTHING,
  show: (dock) => set({ dock }),
  help: (helping) => set({ helping }),
  setIssues: (issues) => set({ issues }),
  setSignals: (signals) => set({ signals }),
  setCounts: ({ nodes }) => set({ counts: nodes }),
  setLive: (live) => set({ live }),
  setPresent: (present) => set({ present }),
  setTrail: (trail) => set({ trail }),
  lookAt: (node) => set({ focus: { node, at: (get().focus?.at ?? 0) + 1 } }),
  reset: () => set(NOTHING),
}));
