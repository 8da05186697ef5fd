import {
  Background,
  BackgroundVariant,
  type Connection,
  ConnectionLineType,
  MiniMap,
  type OnConnectEnd,
  ReactFlow,
  type ReactFlowInstance,
  useReactFlow,
} from "@xyflow/react";
import { type DragEvent, useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { FAMILY } from "@/app/look";
import { canConnect } from "../core/edits";
import type { Position } from "../core/graph";
import { isStart, kindOf } from "../nodes/registry";
import { graphStore, useGraph } from "../store/graphStore";
import { useView } from "../store/viewStore";
import { EmptyCanvas } from "./EmptyCanvas";
import { type FlowEdge, JourneyEdge } from "./JourneyEdge";
import { type FlowNode, JourneyNode } from "./JourneyNode";
import { DRAGGED_TYPE } from "./Palette";
import { type Port, PortMenu } from "./PortMenu";
import { Tools } from "./Tools";
import { useAddNode } from "./useAddNode";
import { useFlowEdges } from "./useFlowEdges";
import { useFlowNodes } from "./useFlowNodes";
import { useShortcuts } from "./useShortcuts";
import { useSizeOf } from "./useSizeOf";
import "@xyflow/react/dist/base.css";
import "./flow.css";
import "./card.css";

const nodeTypes = { journey: JourneyNode };
const edgeTypes = { journey: JourneyEdge };
/** A card is grabbed near its head, so it is dropped with the pointer there. */
const GRIP: Position = { x: 124, y: 26 };
/** Below this the sentences of the cards cannot be read. */
const READABLE_ZOOM = 0.62;

function edgeAt(x: number, y: number): string | null {
  for (const element of document.elementsFromPoint(x, y)) {
    const id =
      element.closest<HTMLElement>(".react-flow__edge")?.dataset.id ??
      element.closest<HTMLElement>("[data-edge-id]")?.dataset.edgeId;
    if (id) return id;
  }
  return null;
}

/** The whole journey if it stays readable, else its beginning. */
function openView(flow: ReactFlowInstance<FlowNode, FlowEdge>) {
  const { nodes } = graphStore.getState().graph;
  if (nodes.length === 0) return;
  const start = nodes.find(isStart) ?? nodes[0];
  const area = document.querySelector(".flow")?.getBoundingClientRect();
  const fitted = flow.fitView({ maxZoom: 1, padding: 0.12 });
  void fitted.then(() => {
    if (flow.getZoom() >= READABLE_ZOOM || !start || !area) return;
    const y = area.height * 0.42 - start.position.y * READABLE_ZOOM;
    void flow.setViewport({ x: 40 - start.position.x * READABLE_ZOOM, y, zoom: READABLE_ZOOM });
  });
}

export function FlowCanvas({ readOnly, onSave }: { readOnly: boolean; onSave: () => void }) {
  const { t } = useTranslation();
  const flow = useReactFlow<FlowNode, FlowEdge>();
  const { nodes, onNodesChange, onDragStop, select } = useFlowNodes();
  const sizeOf = useSizeOf();
  const { edges, onEdgesChange } = useFlowEdges();
  const empty = useGraph((state) => state.graph.nodes.length === 0);
  const show = useView((state) => state.show);
  const focus = useView((state) => state.focus);
  const [port, setPort] = useState<Port | null>(null);
  const addNode = useAddNode();
  useShortcuts({ nodes, edges, select, readOnly, onSave });

  useEffect(() => {
    if (!focus) return;
    select(new Set([focus.node]));
    show({ kind: "node", node: focus.node });
    const node = graphStore.getState().graph.nodes.find((each) => each.id === focus.node);
    if (!node) return;
    const size = sizeOf(node.id);
    const zoom = Math.max(flow.getZoom(), 0.7);
    void flow.setCenter(node.position.x + size.width / 2, node.position.y + size.height / 2, { zoom, duration: 260 });
  }, [focus, flow, select, show, sizeOf]);

  const tracing = useView((state) => state.trail !== null);
  useEffect(() => {
    const lit = useView.getState().trail?.nodes;
    if (!tracing || !lit || lit.size === 0) return;
    const before = flow.getViewport();
    // Only where a trail begins to be shown: stepping along it must not move the canvas.
    void flow.fitView({ nodes: [...lit].map((id) => ({ id })), duration: 300, maxZoom: 0.9, padding: 0.12 });
    return () => void flow.setViewport(before, { duration: 300 });
  }, [tracing, flow]);

  const isValidConnection = useCallback(
    (connection: Connection | FlowEdge) =>
      canConnect(graphStore.getState().graph, connection.source, connection.target, isStart),
    [],
  );

  const onConnectEnd: OnConnectEnd = useCallback(
    (event, connection) => {
      const { fromNode, fromHandle } = connection;
      if (connection.toNode || !fromNode || fromHandle?.type !== "source" || !fromHandle.id) return;
      const at = "changedTouches" in event ? event.changedTouches[0] : event;
      if (!at) return;
      setPort({
        source: fromNode.id,
        outcome: fromHandle.id,
        screen: { x: at.clientX, y: at.clientY },
        place: flow.screenToFlowPosition({ x: at.clientX, y: at.clientY - 30 }),
      });
    },
    [flow],
  );

  const onDrop = (event: DragEvent) => {
    const type = event.dataTransfer.getData(DRAGGED_TYPE);
    if (!type || readOnly) return;
    event.preventDefault();
    const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    const place = { x: Math.round(at.x - GRIP.x), y: Math.round(at.y - GRIP.y) };
    const edge = edgeAt(event.clientX, event.clientY);
    const store = graphStore.getState();
    const id = (edge && !kindOf(type)?.definition.start && store.insert(type, edge, place)) || store.add(type, place);
    select(new Set([id]));
    show({ kind: "node", node: id });
  };

  return (
    <section
      className="flow"
      aria-label={t("canvas.canvas")}
      data-testid="canvas"
      onDragOver={(event) => {
        if (event.dataTransfer.types.includes(DRAGGED_TYPE)) event.preventDefault();
      }}
      onDrop={onDrop}
    >
      <ReactFlow<FlowNode, FlowEdge>
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        onNodesChange={onNodesChange}
        onEdgesChange={onEdgesChange}
        onNodeDragStop={onDragStop}
        onSelectionDragStop={(event, dragged) => onDragStop(event, undefined, dragged)}
        onNodeClick={(event, node) => {
          if (!event.shiftKey && !event.metaKey && !event.ctrlKey) show({ kind: "node", node: node.id });
        }}
        onPaneClick={() => setPort(null)}
        onConnect={({ source, sourceHandle, target }) =>
          graphStore.getState().connect(source, sourceHandle ?? "next", target)
        }
        onConnectEnd={onConnectEnd}
        isValidConnection={isValidConnection}
        connectionLineType={ConnectionLineType.Bezier}
        connectionRadius={36}
        nodesDraggable={!readOnly}
        nodesConnectable={!readOnly}
        nodesFocusable
        edgesFocusable
        deleteKeyCode={null}
        multiSelectionKeyCode={["Meta", "Control", "Shift"]}
        selectionKeyCode="Shift"
        panOnScroll
        zoomOnDoubleClick={false}
        minZoom={0.15}
        maxZoom={1.6}
        onInit={openView}
        attributionPosition="top-right"
        onlyRenderVisibleElements={nodes.length > 60}
      >
        <Background variant={BackgroundVariant.Dots} gap={22} size={1.4} color="#d5dbe6" />
        <MiniMap<FlowNode>
          pannable
          zoomable
          ariaLabel={t("canvas.minimap")}
          nodeBorderRadius={14}
          nodeColor={(node) => FAMILY[kindOf(node.data.node.type)?.definition.family ?? "end"].ink}
          maskColor="rgba(236,240,247,.66)"
        />
        <Tools readOnly={readOnly} />
      </ReactFlow>
      {empty && <EmptyCanvas onAdd={addNode} readOnly={readOnly} />}
      {port && <PortMenu port={port} onClose={() => setPort(null)} />}
    </section>
  );
}
