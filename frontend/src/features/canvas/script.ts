/** The script of a test run as the panel edits it, and as the simulation is asked for it. */

import type { JsonObject, Schemas, SimulateRequest } from "@/api/types";
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

export interface PastEvent {
  at: string;
  name: string;
  properties: JsonObject;
}

/** Somebody whom every channel reaches. */
export const INVENTED: Readonly<Record<string, string>> = {
  phone: "13800000000",
  email: "test@example.com",
  wechat_openid: "test",
  wecom_external_userid: "test",
};

export interface Script {
  person: string;
  attributes: Row[];
  tags: string[];
  /** The channels for which they have agreed to marketing. */
  consents: string[];
  identities: Readonly<Record<string, string>>;
  history: PastEvent[];
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
    consents: ["sms", ...sendChannels(graph)].filter((each, place, all) => all.indexOf(each) === place),
    identities: INVENTED,
    history: [],
    entry: TRIGGERS.find((kind) => kind === trigger?.kind) ?? "api",
    entryEvent: typeof trigger?.event === "string" ? trigger.event : "",
    entryProperties: [],
    start: tomorrowAtTen(new Date(), zone),
    events: [],
    receipts: [],
    until: "P30D",
  };
}

function sendChannels(graph: Graph): string[] {
  return graph.nodes.filter(({ type }) => type === "send").map(({ config }) => String(config.channel ?? "sms"));
}

export type Person = Schemas["Overview"];

/** A real person in the words of a script; values that are no plain ones are left out, since a row cannot hold them. */
export function scriptedPerson({ id, attributes, tags, consents, identities, timeline }: Person): Partial<Script> {
  const plain = Object.entries(attributes).filter(([, value]) =>
    ["string", "number", "boolean"].includes(typeof value),
  );
  return {
    person: id,
    attributes: plain.map(([key, value]) => ({ key, value: String(value) })),
    tags: Object.keys(tags),
    consents: consents
      .filter(({ purpose, status }) => purpose === "marketing" && status === "granted")
      .map(({ channel }) => channel),
    identities: Object.fromEntries(identities.map(({ type, value }) => [type, value])),
    history: timeline.results.filter(({ kind }) => kind === "event").map(pastEvent),
  };
}

function pastEvent({ at, name, data }: Person["timeline"]["results"][number]): PastEvent {
  const { properties } = data as { properties?: JsonObject };
  return { at, name, properties: properties ?? {} };
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
      identities: script.identities,
      tags: script.tags,
      consents: script.consents.map((channel) => ({ channel, purpose: "marketing", status: "granted" as const })),
      history: script.history,
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
