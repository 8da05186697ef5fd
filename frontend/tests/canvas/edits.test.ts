import { describe, expect, test } from "vitest";
import {
  addNode,
  canConnect,
  connect,
  insertOnEdge,
  moveNodes,
  removeEdges,
  removeNodes,
  setConfig,
} from "@/canvas/core/edits";
import { isStart, outcomesOf } from "@/canvas/nodes/registry";
import { arrows, branching } from "./graphs";

describe("adding and moving", () => {
  test("a new node gets the next free id and leaves the given graph alone", () => {
    const before = branching();
    const { graph, id } = addNode(before, "wait", { for: "P1D" }, { x: 1, y: 2 });
    expect(id).toBe("n6");
    expect(graph.nodes.at(-1)).toMatchObject({ id: "n6", type: "wait", position: { x: 1, y: 2 } });
    expect(before.nodes).toHaveLength(5);
  });

  test("moving to where a node already is returns the same graph", () => {
    const graph = branching();
    expect(moveNodes(graph, new Map([["n1", { x: 0, y: 0 }]]))).toBe(graph);
    expect(moveNodes(graph, new Map([["n1", { x: 10.4, y: 0 }]])).nodes[0]?.position).toEqual({ x: 10, y: 0 });
  });
});

describe("connecting", () => {
  test("an outcome has at most one edge: a second replaces the first", () => {
    const graph = connect(branching(), "n3", "b1", "n5");
    expect(arrows(graph)).toEqual(["n1.next>n2", "n2.next>n3", "n3.b1>n5", "n3.else>n5"]);
  });

  test("drawing the same edge again changes nothing", () => {
    const graph = branching();
    expect(connect(graph, "n1", "next", "n2")).toBe(graph);
  });

  test("neither a node itself nor a trigger can be a target", () => {
    const graph = branching();
    expect(canConnect(graph, "n2", "n2", isStart)).toBe(false);
    expect(canConnect(graph, "n2", "n1", isStart)).toBe(false);
    expect(canConnect(graph, "n2", "n5", isStart)).toBe(true);
  });
});

describe("deleting", () => {
  test("what led into a node is joined to where its main outcome went", () => {
    const graph = removeNodes(branching(), new Set(["n2"]), outcomesOf);
    expect(arrows(graph)).toEqual(["n1.next>n3", "n3.b1>n4", "n3.else>n5"]);
  });

  test("several nodes in a row are joined over", () => {
    const graph = removeNodes(branching(), new Set(["n2", "n3"]), outcomesOf);
    expect(arrows(graph)).toEqual(["n1.next>n4"]);
  });

  test("without a way on the edges into it go too", () => {
    const graph = removeNodes(branching(), new Set(["n4"]), outcomesOf);
    expect(arrows(graph)).toEqual(["n1.next>n2", "n2.next>n3", "n3.else>n5"]);
  });

  test("a loop of removed nodes does not hang, and no edge comes to lead to its own source", () => {
    const loop = connect(connect(branching(), "n4", "next", "n3"), "n3", "b1", "n4");
    expect(arrows(removeNodes(loop, new Set(["n3", "n4"]), outcomesOf))).toEqual(["n1.next>n2"]);
    expect(arrows(removeNodes(loop, new Set(["n4"]), outcomesOf))).not.toContain("n3.b1>n3");
  });

  test("edges are removed by id", () => {
    const graph = branching();
    expect(arrows(removeEdges(graph, new Set(["e1", "e4"])))).toEqual(["n2.next>n3", "n3.b1>n4"]);
    expect(removeEdges(graph, new Set(["none"]))).toBe(graph);
  });
});

describe("inserting on an edge", () => {
  test("the new node stands between the two ends and its main outcome goes on", () => {
    const inserted = insertOnEdge(branching(), "e3", "wait", { for: "P1D" }, outcomesOf);
    expect(inserted?.id).toBe("n6");
    expect(inserted && arrows(inserted.graph)).toEqual([
      "n1.next>n2",
      "n2.next>n3",
      "n3.b1>n6",
      "n3.else>n5",
      "n6.next>n4",
    ]);
  });

  test("an exit, which nothing leaves, cuts the path", () => {
    const inserted = insertOnEdge(branching(), "e3", "exit", {}, outcomesOf);
    expect(inserted && arrows(inserted.graph)).toEqual(["n1.next>n2", "n2.next>n3", "n3.b1>n6", "n3.else>n5"]);
  });

  test("an edge that is not there is not inserted on", () => {
    expect(insertOnEdge(branching(), "e99", "wait", {}, outcomesOf)).toBeNull();
  });
});

describe("configuring", () => {
  test("the edge of a removed branch goes with it, others stay", () => {
    const graph = setConfig(
      branching(),
      "n3",
      { branches: [{ id: "b2", name: "", rule: { op: "tag", key: "new" } }] },
      outcomesOf,
    );
    expect(arrows(graph)).toEqual(["n1.next>n2", "n2.next>n3", "n3.b2>n4", "n3.else>n5"]);
  });

  test("turning the await of a send on moves what led on to success, and back", () => {
    const linked = connect(branching(), "n4", "next", "n5");
    const awaited = setConfig(
      linked,
      "n4",
      { channel: "sms", await: { for: "delivered", timeout: "P1D" } },
      outcomesOf,
    );
    expect(arrows(awaited)).toContain("n4.success>n5");
    const plain = setConfig(awaited, "n4", { channel: "sms" }, outcomesOf);
    expect(arrows(plain)).toContain("n4.next>n5");
  });

  test("a removed second branch does not hand its edge to another", () => {
    const two = { branches: ["b1", "b2"].map((id) => ({ id, name: "", rule: { op: "tag", key: id } })) };
    const graph = connect(setConfig(branching(), "n3", two, outcomesOf), "n3", "b2", "n5");
    const one = setConfig(graph, "n3", { branches: two.branches.slice(0, 1) }, outcomesOf);
    expect(arrows(one)).toEqual(["n1.next>n2", "n2.next>n3", "n3.b1>n4", "n3.else>n5"]);
  });
});
