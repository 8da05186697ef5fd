import { beforeEach, expect, test, vi } from "vitest";
import { copyNodes, pasteFragment, readFragment } from "@/canvas/core/clipboard";
import { addNote, carryNotes, changeNote, moveNotes, noteKey, noteOf, removeNotes } from "@/canvas/core/notes";
import { graphStore, isDirty } from "@/canvas/store/graphStore";
import { branching } from "./graphs";

const store = () => graphStore.getState();
const undo = () => graphStore.temporal.getState().undo();

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.advanceTimersByTime(60_000);
  store().open(branching(), 1);
});

test("a note is added beside the nodes and named apart from them", () => {
  const { graph, id } = addNote(branching(), { x: 3, y: 4 });
  expect(graph.notes).toEqual([{ id, text: "", colour: "yellow", position: { x: 3, y: 4 }, width: 220, height: 140 }]);
  expect(noteOf(noteKey(id))).toBe(id);
  expect(noteOf("n1")).toBeNull();
});

test("what is written, moved and removed is a step back each, and the last note leaves no trace", () => {
  const key = store().note({ x: 0, y: 0 });
  store().changeNote("m1", { text: "首购礼" });
  vi.advanceTimersByTime(5_000);
  store().move(new Map([[key, { x: 40.4, y: 9 }]]));
  expect(store().graph.notes?.[0]).toMatchObject({ text: "首购礼", position: { x: 40, y: 9 } });
  store().remove(new Set([key]), new Set());
  expect(store().graph).toEqual(branching());
  undo();
  undo();
  expect(store().graph.notes?.[0]?.position).toEqual({ x: 0, y: 0 });
  undo();
  expect(store().graph.notes?.[0]?.text).toBe("");
  undo();
  expect(isDirty(store())).toBe(false);
});

test("letters typed into one note in a row are one step back", () => {
  store().note({ x: 0, y: 0 });
  for (const text of ["首", "首购"]) store().changeNote("m1", { text });
  undo();
  expect(store().graph.notes?.[0]?.text).toBe("");
});

test("an edit that changes nothing gives the same graph", () => {
  const { graph, id } = addNote(branching(), { x: 0, y: 0 });
  expect(removeNotes(graph, new Set(["n1"]))).toBe(graph);
  expect(moveNotes(graph, new Map([[noteKey(id), { x: 0, y: 0 }]]))).toBe(graph);
});

test("notes are copied with their nodes, also through the clipboard's text", () => {
  const { graph, id } = addNote(branching(), { x: 10, y: 10 });
  const noted = changeNote(graph, id, { text: "看这里", colour: "pink" });
  const fragment = readFragment(JSON.stringify(copyNodes(noted, new Set(["n2", noteKey(id)]))));
  if (!fragment) throw new Error("the fragment could not be read");
  const pasted = pasteFragment(branching(), fragment);
  expect(pasted.ids).toEqual(["n6", noteKey("m1")]);
  expect(pasted.graph.notes).toMatchObject([{ id: "m1", text: "看这里", colour: "pink", position: { x: 58, y: 58 } }]);
});

test("auto layout takes a note along with the node it lies by", () => {
  const { graph } = addNote(branching(), { x: 310, y: -60 });
  const carried = carryNotes(graph, new Map([["n2", { x: 500, y: 100 }]]));
  expect(carried.get(noteKey("m1"))).toEqual({ x: 510, y: 40 });
});
