/** The API's rows by name, out of `schema.d.ts`, which `npm run generate-api` writes from the server's OpenAPI document. */

import type { Graph } from "@/canvas/core/graph";
import type { components, paths as generated } from "./schema";

/** The document calls a graph an object; here it is one. */
type WithGraphs<T> = T extends object ? { [K in keyof T]: K extends "graph" ? Graph : WithGraphs<T[K]> } : T;

export type paths = WithGraphs<generated>;
export type Schemas = WithGraphs<components["schemas"]>;

export interface Page<Row> {
  next?: string | null;
  previous?: string | null;
  results: Row[];
}

export type JsonObject = Record<string, unknown>;

export type Session = Schemas["Session"];
export type Journey = Schemas["Journey"];
export type JourneyRow = Schemas["JourneyRow"];
export type JourneyState = Schemas["JourneyStateEnum"];
export type Issue = Schemas["Issue"];
export type Validation = Schemas["Validation"];
export type NodeCounts = Schemas["NodeCounts"];
export type Counts = Schemas["Counts"];
export type Enrollment = Schemas["EnrollmentRow"];
export type EnrollmentState = Schemas["EnrollmentStateEnum"];
/** `text` is the server's explanation, in the language of the request. */
export type StreamEvent = Pick<Schemas["EnrollmentEvent"], "seq" | "at" | "kind" | "node" | "data" | "text"> &
  // A test run's entries are named by the graph that is drawn.
  Partial<Pick<Schemas["EnrollmentEvent"], "node_name" | "node_type">>;
export type SimulateRequest = Schemas["Scenario"];
export type Simulation = Schemas["Simulation"];
export type Review = Schemas["Review"];
export type Phone = Schemas["Phone"];
export type PhoneMessage = Schemas["PhoneMessage"];
export type WechatAct = Schemas["FollowerAct"];
export type WechatRow = Schemas["WechatRow"];
export type Mail = Schemas["Mail"];
export type SimulatedCall = Schemas["SimulatedCall"];
export type CallAct = Schemas["CallAct"];
export type CorpScreen = Schemas["CorpScreen"];
export type Faults = Required<Schemas["Faults"]>;
