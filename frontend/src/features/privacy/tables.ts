/** What operators call the tables that a certificate names: one word (`privacy.tables.{kind}`) for all that hold the same kind of thing. */

const KINDS = {
  people: /^profiles_(profile|profilealias|personname|personhistory|tombstone)$/,
  identities: /^profiles_identity(type)?$/,
  merges: /^profiles_(identityconflict|keptapart|match\w+|merge\w+|profilemerge)$/,
  computed: /^profiles_(computed\w*|classspell)$/,
  segments: /^profiles_segment\w*$/,
  tags: /^profiles_tag\w*$/,
  events: /^profiles_(event\w*|rejected\w+|arrival)$/,
  imports: /^profiles_import\w*$/,
  exports: /^profiles_export$/,
  consents: /^(profiles_consent\w*|profiles_preferencerevocation|channels_app_suppression)$/,
  erasures: /^profiles_erasure$/,
  messages: /^channels_app_(message|receipt|interaction|shortlink|creditentry)$/,
  calls: /^channels_app_calltry$/,
  contacts: /^channels_app_(contact\w+|corptag|followersync|greeting|groupchat|qrcode|staff|welcomemessage)$/,
  webhooks: /^channels_app_webhook\w+$/,
  channels: /^channels_app_(accesstoken|alert|channelaccount|mediafile|sending\w+|signature|template)$/,
  enrollments: /^journeys_(enrollment\w*|entrytally|inboxentry|launch|massact|nodecounter|variantchoice)$/,
  conversions: /^journeys_(conversion|credit)$/,
  reviews: /^journeys_(review\w+|counterfactual\w*)$/,
  tasks: /^journeys_stafftask$/,
  journeys: /^journeys_(journey\w*|forecast|runscript|savedplay)$/,
  workspace: /^workspaces_\w+$/,
} as const;

export type TableKind = keyof typeof KINDS;

/** Null for a table that has no word yet: it is shown by its name. */
export function kindOfTable(table: string): TableKind | null {
  const kinds = Object.keys(KINDS) as TableKind[];
  return kinds.find((kind) => KINDS[kind].test(table)) ?? null;
}
