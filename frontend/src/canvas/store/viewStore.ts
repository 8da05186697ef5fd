/** What is looked at on the canvas: nothing here is saved or undone. */

import { create } from "zustand";
import type { LiveState } from "@/api/live";
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
}

interface ViewState {
  dock: Dock | null;
  issues: Issue[];
  counts: Counts["nodes"];
  live: LiveState;
  trail: Trail | null;
  /** Raised to ask the canvas to select a node and bring it into view. */
  focus: { node: string; at: number } | null;
  show: (dock: Dock | null) => void;
  setIssues: (issues: Issue[]) => void;
  setCounts: (counts: Counts) => void;
  setLive: (live: LiveState) => void;
  setTrail: (trail: Trail | null) => void;
  lookAt: (node: string) => void;
  reset: () => void;
}

const NOTHING = { dock: null, issues: [], counts: {}, live: "connecting" as const, trail: null, focus: null };

export const useView = create<ViewState>((set, get) => ({
  ...NOTHING,
  show: (dock) => set({ dock }),
  setIssues: (issues) => set({ issues }),
  setCounts: ({ nodes }) => set({ counts: nodes }),
  setLive: (live) => set({ live }),
  setTrail: (trail) => set({ trail }),
  lookAt: (node) => set({ focus: { node, at: (get().focus?.at ?? 0) + 1 } }),
  reset: () => set(NOTHING),
}));
