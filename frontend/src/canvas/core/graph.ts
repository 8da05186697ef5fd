/** The journey graph as the contract writes it. Durations are ISO 8601, clock times "HH:mm", week days 1 = Monday to 7 = Sunday. */

import type { Filter, Rule } from "./rules";

export type Config = Record<string, unknown>;

export interface Position {
  x: number;
  y: number;
}

export interface GraphNode {
  id: string;
  type: string;
  name?: string;
  config: Config;
  position: Position;
}

/** A remark on the canvas; width and height in pixels. */
export interface Note {
  id: string;
  text: string;
  colour: "yellow" | "blue" | "green" | "pink" | "grey";
  position: Position;
  width: number;
  height: number;
}

export interface GraphEdge {
  id: string;
  source: string;
  outcome: string;
  target: string;
}

export interface Goal {
  id: string;
  name: string;
  event: string;
  where?: Filter[];
  window?: string;
  value?: string;
  primary?: boolean;
  exit?: boolean;
}

export type ExitRule = { event: string; where?: Filter[] } | { rule: Rule };

export interface Reentry {
  mode: "never" | "after_exit" | "always";
  interval?: string;
}

export interface Settings {
  entry?: {
    rule?: Rule | null;
    reentry?: Reentry;
    limit?: { total?: number; per_day?: number };
    starts_at?: string | null;
    ends_at?: string | null;
  };
  goals?: Goal[];
  exit_rules?: ExitRule[];
  holdout?: { percent: number };
  quiet_hours?: { from: string; to: string; policy: "hold" | "skip" };
  frequency_caps?: "inherit" | "ignore";
  priority?: number;
  timezone?: string;
  execution?: "lanes" | "per_person";
}

export interface Graph {
  schema_version: number;
  nodes: GraphNode[];
  edges: GraphEdge[];
  notes?: Note[];
  settings: Settings;
}

/** One port an edge can leave from. `name` is the operator's own word for it; without one the outcome's id is worded. */
export interface Outcome {
  id: string;
  name?: string;
}

export const EMPTY_GRAPH: Graph = { schema_version: 1, nodes: [], edges: [], settings: {} };

export function nodeOf(graph: Graph, id: string): GraphNode | undefined {
  return graph.nodes.find((node) => node.id === id);
}

export function edgeFrom(graph: Graph, source: string, outcome: string): GraphEdge | undefined {
  return graph.edges.find((edge) => edge.source === source && edge.outcome === outcome);
}
