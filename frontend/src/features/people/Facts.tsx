import { useQuery } from "@tanstack/react-query";
import { Tag } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { computedQuery, tagsQuery } from "@/api/computed";
import type { Overview } from "@/api/people";
import { useFormat } from "@/format/useFormat";
import { apart, rowsOf, shownValue } from "./values";

/** Who the person is at one look: identities, tags, what is computed of them, segments, what they agreed to. */
export function Facts({ person }: { person: Overview }) {
  const { t } = useTranslation();
  const format = useFormat();
  const names = new Map(useQuery(tagsQuery).data?.results.map(({ key, name }) => [key, name]));
  const definitions = useQuery(computedQuery).data ?? [];
  const { computed } = apart(rowsOf(person.attributes));
  // A model computes several values under one name: each is told by what its path has beyond the model's key.
  const called = (path: string) => {
    const of = definitions.find(({ attributes, key }) => key === path || attributes.includes(`computed.${path}`));
    if (!of) return undefined;
    const part = path.startsWith(of.key) ? path.slice(of.key.length).replace(/^[._]/, "") : path;
    return part ? `${of.name} · ${part}` : of.name;
  };
  return (
    <aside className="sheet person-facts" data-testid="person-facts">
      <Part title={t("profiles.identities")} none={person.identities.length === 0}>
        <dl>
          {person.identities.map(({ type, value, created_at }) => (
            <div key={`${type}:${value}`} title={t("profiles.since", { at: format.time(created_at) })}>
              <dt className="soft">{t(`imports.identity.${type}`, { defaultValue: type })}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </Part>
      <Part title={t("profiles.tags")} none={Object.keys(person.tags).length === 0}>
        <p className="person-tags">
          {Object.entries(person.tags).map(([key, value]) => (
            <Tag key={key} data-testid={`has-tag-${key}`}>
              {names.get(key) ?? key}
              {value !== true && `: ${shownValue(value)}`}
            </Tag>
          ))}
        </p>
      </Part>
      <Part title={t("profiles.computed")} none={computed.length === 0}>
        <dl>
          {computed.map(({ path, value }) => (
            <div key={path} title={`computed.${path}`}>
              <dt className="soft">{called(path) ?? path}</dt>
              <dd>{typeof value === "number" ? format.number(value) : shownValue(value)}</dd>
            </div>
          ))}
        </dl>
      </Part>
      <Part title={t("profiles.segments")} none={person.segments.length === 0}>
        <ul>
          {person.segments.map(({ id, name, since }) => (
            <li key={id}>
              <Link to={`/segments/${id}`}>{name}</Link>{" "}
              <span className="soft">{t("profiles.since", { at: format.time(since) })}</span>
            </li>
          ))}
        </ul>
      </Part>
      <Part title={t("profiles.consents")} none={person.consents.length === 0}>
        <ul>
          {person.consents.map(({ channel, purpose, status }) => (
            <li key={`${channel} ${purpose}`}>
              {t(`privacy.channels.${channel}`, { defaultValue: channel })} · {t(`privacy.purposes.${purpose}`)}{" "}
              <Tag color={status === "granted" ? "success" : undefined}>{t(`privacy.statuses.${status}`)}</Tag>
            </li>
          ))}
        </ul>
      </Part>
      <p className="soft">
        {t("profiles.known", { created: format.time(person.created_at), updated: format.time(person.updated_at) })}
      </p>
      <p className="soft">
        ID <code>{person.id}</code>
      </p>
    </aside>
  );
}

function Part({ title, none, children }: { title: string; none: boolean; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <section>
      <h2>{title}</h2>
      {none ? <p className="soft">{t("profiles.nothing")}</p> : children}
    </section>
  );
}
