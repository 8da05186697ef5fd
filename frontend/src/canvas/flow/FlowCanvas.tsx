import {
  Background,
  BackgroundVariant,
  type Connection,
  ConnectionLineType,
  getViewportForBounds,
  MiniMap,
  type OnConnectEnd,
  ReactFlow,
  type ReactFlowInstance,
  useReactFlow,
  useStore,
  ViewportPortal,
} from "@xyflow/react";
import { type DragEvent, type MouseEvent, useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { FAMILY } from "@/app/look";
import { lasting } from "@/app/motion";
import { useTheme } from "@/app/theme";
import { canConnect } from "../core/edits";
import type { Position } from "../core/graph";
import { zoomStep } from "../core/zoomSteps";
import { isStart, kindOf } from "../nodes/registry";
import { graphStore, useGraph } from "../store/graphStore";
import { useView } from "../store/viewStore";
import { NamesProvider, useNamesInUse } from "../useNames";
import type { Board } from "./board";
import { EmptyCanvas } from "./EmptyCanvas";
import { isLarge } from "./expected";
import { HelpSheet } from "./HelpSheet";
import { type FlowEdge, JourneyEdge, LabelLayer } from "./JourneyEdge";
import { JourneyNode } from "./JourneyNode";
import { NoteNode } from "./NoteNode";
import { DRAGGED_TYPE, NOTE_TYPE } from "./Palette";
import { type Port, PortMenu } from "./PortMenu";
import { Tools } from "./Tools";
import { useAddNode } from "./useAddNode";
import { useAddNote } from "./useAddNote";
import { useClipboard } from "./useClipboard";
import { useFlowEdges } from "./useFlowEdges";
import { type BoardNode, useFlowNodes } from "./useFlowNodes";
import { useKeyboardWalk } from "./useKeyboardWalk";
import { useShortcuts } from "./useShortcuts";
import { useSizeOf } from "./useSizeOf";
import "@xyflow/react/dist/base.css";
import "./flow.css";
import "./card.css";
import "./zoom.css";

const MULTI_SELECTION = ["Meta", "Control", "Shift"];
const nodeTypes = { journey: JourneyNode, note: NoteNode };
const edgeTypes = { journey: JourneyEdge };
/** A card is grabbed near its head, so it is dropped with the pointer there. */
const GRIP: Position = { x: 124, y: 26 };
/** Below this the sentences of the cards cannot be read. */
const READABLE_ZOOM = 0.62;
const MIN_ZOOM = 0.15;
/** Below this a letter is three pixels high: what nobody can read is not drawn, which makes a large journey move smoothly. */
const FAR_ZOOM = 0.3;

function edgeAt(x: number, y: number): string | null {
  for (const element of document.elementsFromPoint(x, y)) {
    const id =
      element.closest<HTMLElement>(".react-flow__edge")?.dataset.id ??
      element.closest<HTMLElement>("[data-edge-id]")?.dataset.edgeId;
    if (id) return id;
  }
  return null;
}

function colourOf(node: BoardNode): string {
  return node.type === "journey"
    ? FAMILY[kindOf(node.data.node.type)?.definition.family ?? "end"].ink
    : "var(--note-yellow-line)";
}

/** The whole journey if it stays readable, else its beginning. */
function openView(flow: ReactFlowInstance<BoardNode, FlowEdge>) {
  const { nodes } = graphStore.getState().graph;
  if (nodes.length === 0) return;
  const start = nodes.find(isStart) ?? nodes[0];
  const area = document.querySelector(".flow")?.getBoundingClientRect();
  if (!start || !area) return;
  // Reckoned before it is shown: to fit it in first would draw every card of a large journey.
  const whole = flow.getNodesBounds(nodes.map(({ id }) => id));
  const fitted = getViewportForBounds(whole, area.width, area.height, MIN_ZOOM, 1, 0.12);
  if (fitted.zoom >= READABLE_ZOOM) return void flow.setViewport(fitted);
  const y = area.height * 0.42 - start.position.y * READABLE_ZOOM;
  void flow.setViewport({ x: 40 - start.position.x * READABLE_ZOOM, y, zoom: READABLE_ZOOM });
}

export function FlowCanvas({ readOnly, onSave }: { readOnly: boolean; onSave: () => void }) {
  const mode = useTheme((theme) => theme.mode);
  const { t } = useTranslation();
  const flow = useReactFlow<BoardNode, FlowEdge>();
  const { nodes, onNodesChange, onDragStop, select } = useFlowNodes(readOnly);
  const sizeOf = useSizeOf();
  const far = useStore((state) => state.transform[2] < FAR_ZOOM) && isLarge(nodes.length);
  const step = useStore((state) => zoomStep(state.transform[2]));
  const { edges, onEdgesChange } = useFlowEdges();
  const empty = useGraph((state) => state.graph.nodes.length === 0);
  const show = useView((state) => state.show);
  const focus = useView((state) => state.focus);
  const [layer, setLayer] = useState<HTMLElement | null>(null);
  const [port, setPort] = useState<Port | null>(null);
  const addNode = useAddNode();
  const addNote = useAddNote();
  const names = useNamesInUse();
  // What listens to keys reads what is drawn when one is pressed: a drag draws sixty times a second.
  const board = useRef<Board>({ nodes, edges });
  useEffect(() => {
    board.current = { nodes, edges };
  }, [nodes, edges]);
  useShortcuts({ board, select, readOnly, onSave, onNote: addNote });
  useClipboard({ board, select, readOnly });
  useKeyboardWalk({ board, select, readOnly });

  useEffect(() => {
    if (!focus) return;
    select(new Set([focus.node]));
    show({ kind: "node", node: focus.node });
    const node = graphStore.getState().graph.nodes.find((each) => each.id === focus.node);
    if (!node) return;
    const size = sizeOf(node.id);
    const zoom = Math.max(flow.getZoom(), 0.7);
    void flow.setCenter(node.position.x + size.width / 2, node.position.y + size.height / 2, {
      zoom,
      duration: lasting(260),
    });
  }, [focus, flow, select, show, sizeOf]);

  const tracing = useView((state) => state.trail !== null);
  useEffect(() => {
    const trail = useView.getState().trail;
    const lit = trail?.whole ?? trail?.nodes;
    if (!tracing || !lit || lit.size === 0) return;
    const before = flow.getViewport();
    // Only where a trail begins to be shown: stepping along it must not move the canvas.
    void flow.fitView({ nodes: [...lit].map((id) => ({ id })), duration: lasting(300), maxZoom: 0.9, padding: 0.12 });
    return () => void flow.setViewport(before, { duration: lasting(300) });
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

  // Each of these is the same function at every drawing: a new one would have React Flow draw every card again.
  const onNodeClick = useCallback(
    (event: MouseEvent, node: BoardNode) => {
      if (node.type === "journey" && !event.shiftKey && !event.metaKey && !event.ctrlKey)
        show({ kind: "node", node: node.id });
    },
    [show],
  );
  const onSelectionDragStop = useCallback(
    (event: MouseEvent, dragged: BoardNode[]) => onDragStop(event, undefined, dragged),
    [onDragStop],
  );
  const onPaneClick = useCallback(() => setPort(null), []);
  const onConnect = useCallback(
    ({ source, sourceHandle, target }: Connection) =>
      graphStore.getState().connect(source, sourceHandle ?? "next", target),
    [],
  );

  const onDrop = (event: DragEvent) => {
    const type = event.dataTransfer.getData(DRAGGED_TYPE);
    if (!type || readOnly) return;
    event.preventDefault();
    const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    const place = { x: Math.round(at.x - GRIP.x), y: Math.round(at.y - GRIP.y) };
    const edge = edgeAt(event.clientX, event.clientY);
    const store = graphStore.getState();
    if (type === NOTE_TYPE) {
      useView.setState({ fresh: store.note({ x: Math.round(at.x), y: Math.round(at.y) }) });
      return;
    }
    const id = (edge && !kindOf(type)?.definition.start && store.insert(type, edge, place)) || store.add(type, place);
    select(new Set([id]));
    show({ kind: "node", node: id });
  };

  return (
    <section
      className={`flow flow-step-${step}${far ? " flow-far" : ""}`}
      aria-label={t("canvas.canvas")}
      data-testid="canvas"
      onDragOver={(event) => {
        if (event.dataTransfer.types.includes(DRAGGED_TYPE)) event.preventDefault();
      }}
      onDrop={onDrop}
    >
      <NamesProvider value={names}>
        {/* From far they could not be read: not drawing them makes a large journey move smoothly. */}
        <LabelLayer value={far ? null : layer}>
          <ReactFlow<BoardNode, FlowEdge>
            nodes={nodes}
            edges={edges}
            nodeTypes={nodeTypes}
            edgeTypes={edgeTypes}
            onNodesChange={onNodesChange}
            onEdgesChange={onEdgesChange}
            onNodeDragStop={onDragStop}
            onSelectionDragStop={onSelectionDragStop}
            onNodeClick={onNodeClick}
            onPaneClick={onPaneClick}
            onConnect={onConnect}
            onConnectEnd={onConnectEnd}
            isValidConnection={isValidConnection}
            connectionLineType={ConnectionLineType.Bezier}
            connectionRadius={36}
            nodesDraggable={!readOnly}
            nodesConnectable={!readOnly}
            nodesFocusable
            edgesFocusable={false}
            // The arrows go from card to card here; React Flow's own keys would move cards without the draft learning of it.
            disableKeyboardA11y
            deleteKeyCode={null}
            multiSelectionKeyCode={MULTI_SELECTION}
            selectionKeyCode="Shift"
            panOnScroll
            colorMode={mode}
            zoomOnDoubleClick={false}
            minZoom={MIN_ZOOM}
            maxZoom={1.6}
            onInit={openView}
            attributionPosition="top-right"
            // From far nearly all is seen, and to ask of each with every frame of a drag costs more than the rest is worth.
            onlyRenderVisibleElements={!far && isLarge(nodes.length)}
          >
            {/* From far the dots stand so close that they are a grey, which would be painted anew with every frame of a drag. */}
            {!far && <Background variant={BackgroundVariant.Dots} gap={22} size={1.4} color="var(--dots)" />}
            <MiniMap<BoardNode>
              pannable
              zoomable
              ariaLabel={t("canvas.minimap")}
              nodeBorderRadius={14}
              nodeColor={colourOf}
              maskColor="var(--veil)"
            />
            <ViewportPortal>
              <div ref={setLayer} />
            </ViewportPortal>
            <Tools readOnly={readOnly} />
          </ReactFlow>
        </LabelLayer>
      </NamesProvider>
      {empty && <EmptyCanvas onAdd={addNode} readOnly={readOnly} />}
      <HelpSheet />
      {port && <PortMenu port={port} onClose={() => setPort(null)} />}
    </section>
  );
}
