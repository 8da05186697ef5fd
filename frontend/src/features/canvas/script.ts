/** The script of a test run as the panel edits it, and as the simulation is asked for it. */

import type { JsonObject, SimulateRequest } from "@/api/types";
import type { Graph } from "@/canvas/core/graph";
import { type Row, rowsToObject } from "@/canvas/fields/PropertyRows";
import { TRIGGERS, type TriggerKind } from "@/canvas/nodes/trigger/definition";
import { instantOf, tomorrowAtTen } from "@/format/zoned";

export interface ScriptedEvent {
  after: string;
  name: string;
  properties: Row[];
}

export interface ScriptedReceipt {
  node: string;
  outcome: string;
  after: string;
}

export interface Script {
  person: string;
  attributes: Row[];
  tags: string[];
  consent: boolean;
  entry: TriggerKind;
  entryEvent: string;
  entryProperties: Row[];
  /** A wall-clock time of the workspace's zone. */
  start: string;
  events: ScriptedEvent[];
  receipts: ScriptedReceipt[];
  until: string;
}

export function newScript(graph: Graph, zone: string): Script {
  const trigger = graph.nodes.find((node) => node.type === "trigger")?.config;
  return {
    person: "p1",
    attributes: [{ key: "city", value: "" }],
    tags: [],
    consent: true,
    entry: TRIGGERS.find((kind) => kind === trigger?.kind) ?? "api",
    entryEvent: typeof trigger?.event === "string" ? trigger.event : "",
    entryProperties: [],
    start: tomorrowAtTen(new Date(), zone),
    events: [],
    receipts: [],
    until: "P30D",
  };
}

/** The entry in the shape that its kind has. */
function entryOf({ entry, entryEvent }: Script, graph: Graph, properties: JsonObject): SimulateRequest["entry"] {
  switch (entry) {
    case "event":
      return { event: entryEvent, properties };
    case "segment":
      return { segment: String(graph.nodes.find((node) => node.type === "trigger")?.config.segment ?? "") };
    case "schedule":
      return { schedule: true };
    case "date":
      return { date: true };
    case "api":
      return { api: { properties } };
  }
}

export function requestOf(script: Script, graph: Graph, zone: string): SimulateRequest {
  const properties = rowsToObject(script.entryProperties);
  return {
    graph,
    profile: {
      id: script.person || "p1",
      // A field left empty means that nothing is known, which differs from knowing an empty text.
      attributes: rowsToObject(script.attributes.filter((row) => row.value !== "")),
      identities: { phone: "13800000000" },
      tags: script.tags,
      consents: script.consent ? [{ channel: "sms", purpose: "marketing", status: "granted" }] : [],
    },
    start: instantOf(script.start, zone).toISOString(),
    entry: entryOf(script, graph, properties),
    events: script.events
      .filter((event) => event.name)
      .map((event) => ({ ...event, properties: rowsToObject(event.properties) })),
    receipts: script.receipts.filter((receipt) => receipt.node),
    until: script.until,
  };
}
