/** Scripts as the journey keeps them: the body of a simulation without its graph. */

import type { JsonObject, Schemas } from "@/api/types";
import type { Graph } from "@/canvas/core/graph";
import type { Row } from "@/canvas/fields/PropertyRows";
import { TRIGGERS, type TriggerKind } from "@/canvas/nodes/trigger/definition";
import { localIn } from "@/format/zoned";
import { INVENTED, newScript, requestOf, type Script } from "./script";

export type KeptBody = Schemas["Script"];

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The id of the real person that a script is about. */
export function realPerson({ person, identities }: Script): string | null {
  return identities !== INVENTED && UUID.test(person) ? person : null;
}

/** Of a real person only the id is kept: they are looked up again, and their erasure finds nothing in a script. */
export function bodyOf(script: Script, graph: Graph, zone: string): KeptBody {
  const { graph: _, ...body } = requestOf(script, graph, zone);
  const real = realPerson(script);
  return real ? { ...body, profile: { id: real } } : body;
}

/** A kept script as the panel edits it; `real` is whom it is about, to be looked up. */
export function scriptFrom(body: KeptBody, graph: Graph, zone: string): { script: Script; real: string | null } {
  const fresh = newScript(graph, zone);
  const { profile, entry } = body;
  const kind = kindOf(entry, fresh.entry);
  const identities = profile?.identities ?? {};
  const real = UUID.test(profile?.id ?? "") && Object.keys(identities).length === 0;
  const script: Script = {
    person: profile?.id ?? fresh.person,
    attributes: rowsOf(profile?.attributes),
    tags: Array.isArray(profile?.tags) ? profile.tags : Object.keys(profile?.tags ?? {}),
    consents: (profile?.consents ?? []).filter(({ status }) => status !== "withdrawn").map(({ channel }) => channel),
    identities: isInvented(identities) ? INVENTED : identities,
    history: (profile?.history ?? []).map((event) => ({ ...event, properties: event.properties ?? {} })),
    entry: kind,
    entryEvent: entry?.event ?? "",
    entryProperties: rowsOf(kind === "api" ? entry?.api?.properties : entry?.properties),
    start: localIn(body.start, zone) || fresh.start,
    events: (body.events ?? []).map((event) => ({ ...event, properties: rowsOf(event.properties) })),
    receipts: (body.receipts ?? []).map(({ node, outcome, after }) => ({ node, outcome, after: after ?? "PT0S" })),
    until: body.until ?? fresh.until,
  };
  return { script, real: real ? script.person : null };
}

function kindOf(entry: KeptBody["entry"], otherwise: TriggerKind): TriggerKind {
  return TRIGGERS.find((kind) => Boolean(entry?.[kind])) ?? otherwise;
}

function isInvented(identities: Readonly<Record<string, string>>): boolean {
  const own = Object.entries(INVENTED);
  return own.length === Object.keys(identities).length && own.every(([type, value]) => identities[type] === value);
}

/** Values that are no plain ones are left out, since a row cannot hold them. */
function rowsOf(properties: JsonObject | undefined): Row[] {
  const plain = Object.entries(properties ?? {}).filter(([, value]) =>
    ["string", "number", "boolean"].includes(typeof value),
  );
  return plain.map(([key, value]) => ({ key, value: String(value) }));
}
