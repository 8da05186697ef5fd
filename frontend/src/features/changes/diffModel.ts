/** A diff of two versions as rows to read: every value that differs, by its path, and edges by the names of their ends. */

import type { Diff, EdgeRef, NodeRef } from "@/api/life";

export type Mark = "added" | "removed" | "changed";

export interface ValueChange {
  path: string;
  /** Undefined where the side has no such value. */
  before: unknown;
  after: unknown;
}

export interface NodeChange {
  mark: Mark;
  node: NodeRef;
  values: ValueChange[];
}

export interface EdgeChange {
  mark: "added" | "removed";
  edge: EdgeRef;
}

export interface DiffModel {
  nodes: NodeChange[];
  edges: EdgeChange[];
  settings: ValueChange[];
  notes: { mark: Mark; id: string; before: string; after: string }[];
  effects: Diff["effects"];
  empty: boolean;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The leaves at which two values differ. Lists are compared whole: the places in them mean nothing by themselves. */
export function leafChanges(before: unknown, after: unknown, path = ""): ValueChange[] {
  if (isObject(before) && isObject(after)) {
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
      leafChanges(before[key], after[key], path ? `${path}.${key}` : key),
    );
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path, before, after }];
}

function changed({ fields, before, after, ...node }: Diff["nodes"]["changed"][number]): NodeChange {
  const values = fields.flatMap((field) => leafChanges(before[field], after[field], field));
  return { mark: "changed", node, values: values.length > 0 ? values : leafChanges(before, after) };
}

export function modelOf(diff: Diff): DiffModel {
  const only = (mark: Mark) => (node: NodeRef) => ({ mark, node, values: [] });
  const nodes = [
    ...diff.nodes.removed.map(only("removed")),
    ...diff.nodes.changed.map(changed),
    ...diff.nodes.added.map(only("added")),
  ];
  const edges = [
    ...diff.edges.removed.map((edge) => ({ mark: "removed" as const, edge })),
    ...diff.edges.added.map((edge) => ({ mark: "added" as const, edge })),
  ];
  const settings = diff.settings.changed.flatMap(({ field, before, after }) => leafChanges(before, after, field));
  const notes = [
    ...diff.notes.removed.map(({ id, text }) => ({ mark: "removed" as const, id, before: text, after: "" })),
    ...diff.notes.changed.map(({ id, before, after }) => ({
      mark: "changed" as const,
      id,
      before: before.text,
      after: after.text,
    })),
    ...diff.notes.added.map(({ id, text }) => ({ mark: "added" as const, id, before: "", after: text })),
  ];
  return {
    nodes,
    edges,
    settings,
    notes,
    effects: diff.effects,
    empty: nodes.length + edges.length + settings.length + notes.length === 0,
  };
}

/** A value as a line of a table: texts as they are, nothing as nothing, all else as JSON. */
export function shown(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
