/** The draft being edited, with its history. Positions change here only when a drag ends, so that one drag is one step back. */

import { temporal } from "zundo";
import { createStore, useStore } from "zustand";
import { type Fragment, pasteFragment } from "../core/clipboard";
import {
  addNode,
  connect,
  insertOnEdge,
  moveNodes,
  removeEdges,
  removeNodes,
  renameNode,
  setConfig,
  setSettings,
} from "../core/edits";
import { type Config, EMPTY_GRAPH, type Graph, type Note, type Position, type Settings } from "../core/graph";
import { addNote, changeNote, moveNotes, noteKey, removeNotes } from "../core/notes";
import { kindOf, outcomesOf } from "../nodes/registry";

interface Saved {
  graph: Graph;
  revision: number;
}

export interface GraphState {
  graph: Graph;
  saved: Saved;
  /** A draft as the server gave it: the history starts anew. */
  open: (graph: Graph, revision: number) => void;
  markSaved: (graph: Graph, revision: number) => void;
  /** A draft as somebody else saved it, in place of one's own, to which one step back leads. */
  adopt: (graph: Graph, revision: number) => void;
  add: (type: string, position: Position, after?: { source: string; outcome: string }) => string;
  insert: (type: string, edgeId: string, position?: Position) => string | null;
  /** Of nodes by their ids and notes by their keys. */
  move: (positions: ReadonlyMap<string, Position>) => void;
  connect: (source: string, outcome: string, target: string) => void;
  remove: (nodes: ReadonlySet<string>, edges: ReadonlySet<string>) => void;
  rename: (id: string, name: string) => void;
  configure: (id: string, config: Config) => void;
  setSettings: (settings: Settings) => void;
  paste: (fragment: Fragment) => string[];
  /** Puts an empty note there and returns its key. */
  note: (position: Position) => string;
  changeNote: (id: string, change: Partial<Omit<Note, "id">>) => void;
}

const TYPING_PAUSE_MS = 1_000;
let typing = { what: "", at: 0 };

/** Whether this edit continues the last one: letters typed into one field one after another are one step back. */
function continues(what: string): boolean {
  const now = Date.now();
  const same = typing.what === what && now - typing.at < TYPING_PAUSE_MS;
  typing = { what, at: now };
  return same;
}

/** Sets the graph without a step of its own in the history, if it continues the edit before. */
function amend(what: string, put: () => void) {
  const history = graphStore.temporal.getState();
  if (!continues(what)) return put();
  history.pause();
  put();
  history.resume();
}

function freshConfig(type: string): Config {
  return kindOf(type)?.definition.create() ?? {};
}

export const graphStore = createStore<GraphState>()(
  temporal(
    (set, get) => ({
      graph: EMPTY_GRAPH,
      saved: { graph: EMPTY_GRAPH, revision: 0 },
      open: (graph, revision) => {
        set({ graph, saved: { graph, revision } });
        typing = { what: "", at: 0 };
        graphStore.temporal.getState().clear();
      },
      markSaved: (graph, revision) => set({ saved: { graph, revision } }),
      adopt: (graph, revision) => {
        set({ graph, saved: { graph, revision } });
        typing = { what: "", at: 0 };
      },
      add: (type, position, after) => {
        const added = addNode(get().graph, type, freshConfig(type), position);
        set({ graph: after ? connect(added.graph, after.source, after.outcome, added.id) : added.graph });
        return added.id;
      },
      insert: (type, edgeId, position) => {
        const inserted = insertOnEdge(get().graph, edgeId, type, freshConfig(type), outcomesOf, position);
        if (inserted) set({ graph: inserted.graph });
        return inserted?.id ?? null;
      },
      move: (positions) => set({ graph: moveNotes(moveNodes(get().graph, positions), positions) }),
      connect: (source, outcome, target) => set({ graph: connect(get().graph, source, outcome, target) }),
      remove: (nodes, edges) =>
        set({ graph: removeNotes(removeNodes(removeEdges(get().graph, edges), nodes, outcomesOf), nodes) }),
      rename: (id, name) => amend(`rename ${id}`, () => set({ graph: renameNode(get().graph, id, name) })),
      configure: (id, config) =>
        amend(`configure ${id}`, () => set({ graph: setConfig(get().graph, id, config, outcomesOf) })),
      setSettings: (settings) => amend("settings", () => set({ graph: setSettings(get().graph, settings) })),
      paste: (fragment) => {
        const pasted = pasteFragment(get().graph, fragment);
        set({ graph: pasted.graph });
        return pasted.ids;
      },
      note: (position) => {
        const added = addNote(get().graph, position);
        set({ graph: added.graph });
        return noteKey(added.id);
      },
      changeNote: (id, change) => {
        const put = () => set({ graph: changeNote(get().graph, id, change) });
        if ("text" in change) amend(`note ${id}`, put);
        else put();
      },
    }),
    { partialize: ({ graph }) => ({ graph }), equality: (past, present) => past.graph === present.graph, limit: 200 },
  ),
);

export function useGraph<T>(select: (state: GraphState) => T): T {
  return useStore(graphStore, select);
}

export function useHistory(): { undo: () => void; redo: () => void; canUndo: boolean; canRedo: boolean } {
  const { undo, redo, pastStates, futureStates } = useStore(graphStore.temporal);
  return { undo: () => undo(), redo: () => redo(), canUndo: pastStates.length > 0, canRedo: futureStates.length > 0 };
}

export function isDirty({ graph, saved }: GraphState): boolean {
  return graph !== saved.graph;
}
