import { expect, test } from "vitest";
import { copyNodes, pasteFragment, readFragment } from "@/canvas/core/clipboard";
import { arrows, branching } from "./graphs";

test("a pasted copy has new ids, the edges among its nodes, and its own configuration", () => {
  const graph = branching();
  const fragment = copyNodes(graph, new Set(["n3", "n4"]));
  const pasted = pasteFragment(graph, fragment);
  expect(pasted.ids).toEqual(["n6", "n7"]);
  expect(arrows(pasted.graph)).toContain("n6.b1>n7");
  expect(pasted.graph.edges).toHaveLength(graph.edges.length + 1);
  expect(pasted.graph.nodes[5]?.config).toEqual(graph.nodes[2]?.config);
  expect(pasted.graph.nodes[5]?.config).not.toBe(graph.nodes[2]?.config);
});

test("a fragment survives the clipboard's text, and other texts are not taken for one", () => {
  const fragment = copyNodes(branching(), new Set(["n2"]));
  expect(readFragment(JSON.stringify(fragment))).toEqual(fragment);
  expect(readFragment("hello")).toBeNull();
  expect(readFragment('{"nodes": []}')).toBeNull();
});
