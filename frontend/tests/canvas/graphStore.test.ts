import { beforeEach, expect, test, vi } from "vitest";
import { graphStore, isDirty } from "@/canvas/store/graphStore";
import { branching } from "./graphs";

const store = () => graphStore.getState();
const history = () => graphStore.temporal.getState();

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.advanceTimersByTime(60_000);
  store().open(branching(), 4);
});

test("undo goes back step by step and redo forward again", () => {
  store().remove(new Set(["n2"]), new Set());
  store().add("wait", { x: 0, y: 0 });
  history().undo();
  expect(store().graph.nodes.map((node) => node.id)).toEqual(["n1", "n3", "n4", "n5"]);
  history().undo();
  expect(store().graph.nodes).toHaveLength(5);
  history().redo();
  expect(store().graph.nodes).toHaveLength(4);
});

test("a draft undone back to what was saved is not dirty", () => {
  expect(isDirty(store())).toBe(false);
  store().rename("n2", "等两天");
  expect(isDirty(store())).toBe(true);
  history().undo();
  expect(isDirty(store())).toBe(false);
});

test("letters typed into one field in a row are one step back", () => {
  for (const name of ["等", "等两", "等两天"]) store().rename("n2", name);
  history().undo();
  expect(store().graph.nodes[1]?.name).toBe("");
});

test("a pause in typing, or another node, begins a new step", () => {
  store().rename("n2", "a");
  vi.advanceTimersByTime(5_000);
  store().rename("n2", "ab");
  store().rename("n3", "b");
  history().undo();
  history().undo();
  expect(store().graph.nodes[1]?.name).toBe("a");
});

test("a colleague's draft taken over is one step that can be taken back", () => {
  store().rename("n2", "mine");
  const mine = store().graph;
  const theirs = { ...branching(), nodes: [] };
  store().adopt(theirs, 9);
  expect([store().graph, store().saved.revision, isDirty(store())]).toEqual([theirs, 9, false]);
  history().undo();
  expect([store().graph, store().saved.revision, isDirty(store())]).toEqual([mine, 9, true]);
  history().redo();
  expect(isDirty(store())).toBe(false);
});

test("opening a draft forgets the history of the one before", () => {
  store().rename("n2", "a");
  store().open(branching(), 1);
  expect(history().pastStates).toHaveLength(0);
});
