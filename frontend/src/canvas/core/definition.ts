/** What the canvas knows of a node type without drawing it. */

import type { Config, Goal, Outcome } from "./graph";
import type { Say } from "./sentences";

export type Family = "start" | "time" | "decide" | "touch" | "result" | "end";

/** Names an operator knows things by, for sentences: what the graph itself only holds keys of. */
export interface Names {
  goals: readonly Goal[];
  template: (key: string) => string;
  account: (key: string) => string;
  segment: (id: string) => string;
  journey: (id: string) => string;
  /** An instant to the minute, in the workspace's zone. */
  time: (instant: string) => string;
}

export interface Definition<C = Config> {
  type: string;
  family: Family;
  /** A journey is entered here: nothing leads into it. */
  start?: boolean;
  create: () => C;
  outcomes: (config: C) => Outcome[];
  summary: (config: C, say: Say, names: Names) => string;
}

export type AnyDefinition = Definition<Config>;

export const NEXT: Outcome[] = [{ id: "next" }];
