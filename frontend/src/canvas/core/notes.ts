/** Notes on the canvas: remarks of operators for operators. They are part of the graph; what runs passes them over. */

import type { Graph, Note, Position } from "./graph";
import { nextId } from "./ids";

export const COLOURS = ["yellow", "blue", "green", "pink", "grey"] as const;

export const NOTE_SIZE = { width: 220, height: 140 };

const PREFIX = "note/";

/** A note's name among nodes: in a selection, and on the drawing board. */
export const noteKey = (id: string) => PREFIX + id;

/** The note's id, or null where the key is a node's. */
export const noteOf = (key: string) => (key.startsWith(PREFIX) ? key.slice(PREFIX.length) : null);

const notesOf = (graph: Graph) => graph.notes ?? [];

export function addNote(graph: Graph, position: Position): { graph: Graph; id: string } {
  const id = nextId(
    "m",
    notesOf(graph).map((note) => note.id),
  );
  const note: Note = { id, text: "", colour: "yellow", position, ...NOTE_SIZE };
  return { id, graph: { ...graph, notes: [...notesOf(graph), note] } };
}

export function changeNote(graph: Graph, id: string, change: Partial<Omit<Note, "id">>): Graph {
  return { ...graph, notes: notesOf(graph).map((note) => (note.id === id ? { ...note, ...change } : note)) };
}

/** Without the notes of these keys. A graph whose last note goes has no list of them any more, as before its first. */
export function removeNotes(graph: Graph, keys: ReadonlySet<string>): Graph {
  const notes = notesOf(graph).filter((note) => !keys.has(noteKey(note.id)));
  if (notes.length === notesOf(graph).length) return graph;
  if (notes.length > 0) return { ...graph, notes };
  const { notes: _, ...bare } = graph;
  return bare;
}

export function moveNotes(graph: Graph, positions: ReadonlyMap<string, Position>): Graph {
  let moved = false;
  const notes = notesOf(graph).map((note) => {
    const to = positions.get(noteKey(note.id));
    if (!to || (to.x === note.position.x && to.y === note.position.y)) return note;
    moved = true;
    return { ...note, position: { x: Math.round(to.x), y: Math.round(to.y) } };
  });
  return moved ? { ...graph, notes } : graph;
}

/** New places with the notes among them: a note goes where the node went that it lay nearest to. */
export function carryNotes(graph: Graph, positions: ReadonlyMap<string, Position>): Map<string, Position> {
  const carried = new Map(positions);
  for (const note of notesOf(graph)) {
    const far = ({ position: { x, y } }: { position: Position }) =>
      (x - note.position.x) ** 2 + (y - note.position.y) ** 2;
    const [nearest] = graph.nodes.toSorted((a, b) => far(a) - far(b));
    const to = nearest && positions.get(nearest.id);
    if (!to) continue;
    carried.set(noteKey(note.id), {
      x: note.position.x + to.x - nearest.position.x,
      y: note.position.y + to.y - nearest.position.y,
    });
  }
  return carried;
}
