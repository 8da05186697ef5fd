/**
 * The API as the contract describes it, in the shape `openapi-typescript` writes (`npm run generate-api`), so that `paths` can be
 * replaced by the generated one; the named row types below then become aliases of its schemas.
 */

import type { Graph } from "@/canvas/core/graph";

export type JourneyState = "draft" | "live" | "paused" | "stopped" | "archived";
export type EnrollmentState = "active" | "waiting" | "completed" | "exited" | "converted_exit" | "failed" | "held_out";
export type Severity = "error" | "warning";
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = Record<string, Json>;

export interface Page<Row> {
  next: string | null;
  previous: string | null;
  results: Row[];
}

export interface Session {
  user: { id: string | number; username: string; name: string };
  workspace: { id: string; slug: string; name: string; timezone: string };
  role: string;
}

export interface VersionMark {
  id: string;
  number: number;
  published_at: string;
}

export interface JourneyRow {
  id: string;
  name: string;
  description: string;
  state: JourneyState;
  revision: number;
  live_version: VersionMark | null;
  enrolled: number;
  converted: number;
  created_at: string;
  updated_at: string;
}

export interface Journey extends JourneyRow {
  graph: Graph;
}

export interface Issue {
  severity: Severity;
  code: string;
  message: string;
  messages?: Record<string, string>;
  node_id: string | null;
}

export interface Validation {
  valid: boolean;
  issues: Issue[];
}

export interface NodeCounts {
  entered: number;
  waiting: number;
  left: Record<string, number>;
  sent: number;
  failed: number;
  blocked: number;
  converted: number;
}

export interface Counts {
  type: "counts";
  version: string | null;
  nodes: Record<string, NodeCounts>;
}

export interface Enrollment {
  id: string;
  profile_id: string;
  state: EnrollmentState;
  node: string | null;
  version: string | number | null;
  enrolled_at: string;
  due_at: string | null;
  ended_at: string | null;
}

export interface StreamEvent {
  seq: number;
  at: string;
  kind: string;
  node: string | null;
  data: JsonObject;
}

export interface EnrollRequest {
  profiles: { id?: string; identities?: Record<string, string>; properties?: JsonObject }[];
  idempotency_key?: string;
}

export interface EnrollAnswer {
  accepted: number;
  rejected: { index: number; code: string; detail: string }[];
}

export interface Consent {
  channel: string;
  purpose: string;
  status: "granted" | "withdrawn";
  source?: string;
  at?: string;
}

export interface Profile {
  id: string;
  identities: Record<string, string | string[]>;
  attributes: JsonObject;
  tags: string[];
  consents: Consent[];
  created_at: string;
  updated_at: string;
}

export interface ProfileUpsert {
  identities: Record<string, string>;
  attributes?: JsonObject;
  tags?: string[];
  consents?: Consent[];
}

export interface SimulateRequest {
  graph: Graph;
  profile: {
    id?: string;
    attributes?: JsonObject;
    identities?: Record<string, string>;
    tags?: string[];
    consents?: Pick<Consent, "channel" | "purpose" | "status">[];
    history?: { at: string; name: string; properties: JsonObject }[];
  };
  start: string;
  entry: { event: string; properties: JsonObject } | { api: { properties: JsonObject } };
  events: { after: string; name: string; properties: JsonObject }[];
  receipts: { node: string; outcome: string; after: string }[];
  until: string;
}

export interface SimulatedMessage {
  at: string;
  node: string;
  channel: string;
  rendered: JsonObject;
  state?: string;
  reason?: string;
}

export interface Simulation {
  status: EnrollmentState;
  events: StreamEvent[];
  messages: SimulatedMessage[];
}

export interface Review {
  enrolled: number;
  states: Partial<Record<EnrollmentState, number>>;
  nodes: Record<string, NodeCounts>;
  variants: {
    node: string;
    node_name: string;
    variant: string;
    name: string;
    people: number;
    converted: number;
    rate: number;
  }[];
  goals: {
    id: string;
    name: string;
    primary: boolean;
    people: number;
    conversions: number;
    value: string | number | null;
  }[];
  messages: Record<string, number>;
}

export interface Account {
  id: string;
  key: string;
  name: string;
  channel: string;
  provider: string;
  base_url: string;
  enabled: boolean;
}

export interface Template {
  id: string;
  key: string;
  name: string;
  channel: string;
  provider_code: string;
  body: string;
  purpose: "marketing" | "service";
  state: "pending" | "approved" | "rejected";
  account: string | null;
}

export interface Phone {
  phone: string;
  messages: number;
  last_at: string | null;
}

export interface PhoneMessage {
  id: string;
  at: string;
  direction: "in" | "out";
  sign_name: string;
  content: string;
  out_id: string;
  biz_id: string;
  status: string;
}

export interface Faults {
  latency_ms: number;
  http_500_rate: number;
  timeout_after_accept_rate: number;
  throttle_rate: number;
  duplicate_callback_rate: number;
  late_callback_ms: number;
  reorder_callbacks: boolean;
  fail_delivery_rate: number;
}

interface Content<T> {
  content: { "application/json": T };
}
interface Query<Q> {
  query?: Q;
  header?: never;
  path?: never;
  cookie?: never;
}
interface Path<P, Q = never> {
  query?: Q;
  header?: never;
  path: P;
  cookie?: never;
}
interface Answers<T> {
  200: Content<T>;
}
interface Empty {
  204: { content?: never };
}
interface Read<T, Parameters = Query<never>> {
  parameters: Parameters;
  requestBody?: never;
  responses: Answers<T>;
}
interface Write<Body, T, Parameters = Query<never>> {
  parameters: Parameters;
  requestBody: Content<Body>;
  responses: Answers<T>;
}
interface Act<T, Parameters> {
  parameters: Parameters;
  requestBody?: never;
  responses: Answers<T>;
}
interface Remove<Parameters = Query<never>> {
  parameters: Parameters;
  requestBody?: never;
  responses: Empty;
}
type Id = Path<{ id: string }>;
interface Paging {
  page_size?: number;
  cursor?: string;
}

export interface paths {
  "/api/v1/session/": {
    get: Read<Session>;
    post: Write<{ username: string; password: string }, Session>;
    delete: Remove;
  };
  "/api/v1/journeys/": {
    get: Read<Page<JourneyRow>, Query<Paging & { state?: JourneyState; search?: string }>>;
    post: Write<{ name: string; description?: string; graph?: Graph }, Journey>;
  };
  "/api/v1/journeys/{id}/": {
    get: Read<Journey, Id>;
    patch: Write<{ name?: string; description?: string; graph?: Graph; revision: number }, Journey, Id>;
    delete: Remove<Id>;
  };
  "/api/v1/journeys/validate/": { post: Write<{ graph: Graph }, Validation> };
  "/api/v1/journeys/{id}/publish/": { post: Act<{ version: VersionMark; issues: Issue[] }, Id> };
  "/api/v1/journeys/{id}/pause/": { post: Act<Journey, Id> };
  "/api/v1/journeys/{id}/resume/": { post: Act<Journey, Id> };
  "/api/v1/journeys/{id}/stop/": { post: Write<{ mode: "finish" | "exit" }, Journey, Id> };
  "/api/v1/journeys/{id}/archive/": { post: Act<Journey, Id> };
  "/api/v1/journeys/{id}/counts/": { get: Read<Counts, Id> };
  "/api/v1/journeys/{id}/enrollments/": {
    get: Read<Page<Enrollment>, Path<{ id: string }, Paging & { node?: string; state?: EnrollmentState }>>;
    post: Write<EnrollRequest, EnrollAnswer, Id>;
  };
  "/api/v1/journeys/{id}/review/": { get: Read<Review, Id> };
  "/api/v1/journeys/simulate/": { post: Write<SimulateRequest, Simulation> };
  "/api/v1/enrollments/{id}/": { get: Read<Enrollment, Id> };
  "/api/v1/enrollments/{id}/events/": { get: Read<Page<StreamEvent>, Path<{ id: string }, Paging>> };
  "/api/v1/enrollments/{id}/exit/": { post: Act<Enrollment, Id> };
  "/api/v1/enrollments/{id}/retry/": { post: Act<Enrollment, Id> };
  "/api/v1/profiles/": { post: Write<ProfileUpsert, Profile> };
  "/api/v1/profiles/{id}/": { get: Read<Profile, Id> };
  "/api/v1/channels/accounts/": { get: Read<Page<Account>, Query<Paging>> };
  "/api/v1/templates/": { get: Read<Page<Template>, Query<Paging>> };
  "/api/v1/simulator/phones/": { get: Read<Page<Phone>, Query<Paging>> };
  "/api/v1/simulator/phones/{phone}/": { get: Read<Page<PhoneMessage>, Path<{ phone: string }, Paging>> };
  "/api/v1/simulator/phones/{phone}/replies/": {
    post: Write<{ content: string }, PhoneMessage, Path<{ phone: string }>>;
  };
  "/api/v1/simulator/faults/": { get: Read<Faults>; put: Write<Faults, Faults> };
}
