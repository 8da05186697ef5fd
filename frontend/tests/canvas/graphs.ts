import type { Graph } from "@/canvas/core/graph";

/** trigger n1 → wait n2 → split n3 (b1 → send n4, else → exit n5). */
export function branching(): Graph {
  const at = (x: number) => ({ x, y: 0 });
  return {
    schema_version: 1,
    nodes: [
      { id: "n1", type: "trigger", name: "", config: { kind: "api" }, position: at(0) },
      { id: "n2", type: "wait", name: "", config: { for: "P1D" }, position: at(300) },
      {
        id: "n3",
        type: "split",
        name: "",
        config: { branches: [{ id: "b1", name: "上海", rule: { op: "tag", key: "vip" } }] },
        position: at(600),
      },
      { id: "n4", type: "send", name: "", config: { channel: "sms", template: "t" }, position: at(900) },
      { id: "n5", type: "exit", name: "", config: {}, position: at(900) },
    ],
    edges: [
      { id: "e1", source: "n1", outcome: "next", target: "n2" },
      { id: "e2", source: "n2", outcome: "next", target: "n3" },
      { id: "e3", source: "n3", outcome: "b1", target: "n4" },
      { id: "e4", source: "n3", outcome: "else", target: "n5" },
    ],
    settings: {},
  };
}

export const arrows = (graph: Graph) =>
  graph.edges.map((edge) => `${edge.source}.${edge.outcome}>${edge.target}`).sort();
