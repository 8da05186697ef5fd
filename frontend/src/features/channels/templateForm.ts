/** What the form of a template holds: the parts of its settings that have fields of their own, and the rest as it is. */

import type { Template, TemplateFields } from "@/api/channels";

export interface TemplateValues {
  key: string;
  account: string;
  channel: string;
  name: string;
  provider_code: string;
  body: string;
  purpose: string;
  tags: string[];
  subject: string;
  kind: string;
  url: string;
  msgtype: string;
  state: "pending" | "approved" | "rejected";
}

type Settings = Record<string, unknown>;

/** Which of the settings have a field, by channel. */
const OWN: Record<string, readonly (keyof TemplateValues)[]> = {
  email: ["subject"],
  sms: ["kind"],
  wechat_template: ["url"],
  wechat_service: ["msgtype"],
};

export const BLANK: TemplateValues = {
  key: "",
  account: "",
  channel: "",
  name: "",
  provider_code: "",
  body: "",
  purpose: "service",
  tags: [],
  subject: "",
  kind: "",
  url: "",
  msgtype: "text",
  state: "pending",
};

export const ownSettings = (channel: string) => OWN[channel] ?? [];

export function templateValues(template: Template): TemplateValues {
  const settings = template.settings as Settings;
  const own = Object.fromEntries(
    ownSettings(template.channel).flatMap((name) => (settings[name] === undefined ? [] : [[name, settings[name]]])),
  );
  return {
    ...BLANK,
    ...own,
    key: template.key,
    account: template.account,
    channel: template.channel,
    name: template.name,
    provider_code: template.provider_code,
    body: template.body,
    purpose: template.purpose ?? "service",
    tags: (template.tags as string[] | undefined) ?? [],
    state: template.state ?? "pending",
  };
}

/** What goes to the server; settings without a field of their own (links, attachments) stay as they were. */
export function templateFields(values: TemplateValues, known: Settings): TemplateFields {
  const own = ownSettings(values.channel);
  const kept = Object.fromEntries(Object.entries(known).filter(([name]) => !own.some((one) => one === name)));
  const said = Object.fromEntries(own.flatMap((name) => (values[name] ? [[name, values[name]]] : [])));
  return {
    name: values.name.trim(),
    provider_code: values.provider_code.trim(),
    body: values.body,
    purpose: values.purpose,
    tags: values.tags,
    settings: { ...kept, ...said },
    state: values.state,
  };
}

/** How a variable is written in a text of this channel. */
export function variableExample(channel: string): string {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: our own notation
  return channel.startsWith("wechat_") ? "{{thing1.DATA}}" : "${name}";
}
