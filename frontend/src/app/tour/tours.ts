import { create } from "zustand";
import { recall, remember } from "../remembered";

/** Tours by page; each step stands beside the element with that data-testid, and has its words at `tours.{tour}.{testId}`. */
export const TOURS = {
  dashboard: ["figure-live", "dashboard-wrong", "dashboard-running-out", "nav-journeys", "user-menu"],
  journeys: ["journeys-table", "journeys-search", "new-journey"],
  canvas: ["palette-send", "canvas", "open-settings", "open-test", "publish"],
} as const;
export type TourName = keyof typeof TOURS;

/** User → the tours they have been on, or skipped. */
type Seen = Record<string, TourName[]>;

const NAME = "tours";

function kept(): Seen & { all?: boolean } {
  try {
    return JSON.parse(recall(NAME) ?? "{}");
  } catch (error) {
    // Somebody else's words under our name: the tours begin anew.
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

interface Tours {
  /** Grows whenever what was seen changes, so that those who ask ask again. */
  changes: number;
  finish: (user: number, tour: TourName) => void;
  restart: (user: number) => void;
}

/** Whether this user of this browser was on the tour; `all` in the storage stands for every user and tour. */
export function wasSeen(user: number, tour: TourName): boolean {
  const seen = kept();
  return seen.all === true || (seen[user]?.includes(tour) ?? false);
}

export const useTours = create<Tours>((set) => {
  const write = (user: number, tours: TourName[]) => {
    const { all: _, ...seen } = kept();
    remember(NAME, JSON.stringify({ ...seen, [user]: tours }));
    set(({ changes }) => ({ changes: changes + 1 }));
  };
  return {
    changes: 0,
    finish: (user, tour) => write(user, [...(kept()[user] ?? []), tour]),
    restart: (user) => write(user, []),
  };
});
