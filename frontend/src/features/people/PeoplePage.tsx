import { useQuery } from "@tanstack/react-query";
import { Input, Select, Tag } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { tagsQuery } from "@/api/computed";
import { type Person, peoplePage } from "@/api/people";
import { SegmentPick } from "@/canvas/fields/SegmentPick";
import { useFormat } from "@/format/useFormat";
import { type LongColumn, LongTable } from "@/lists/LongTable";
import { useFilters } from "@/lists/useFilters";
import { usePages } from "@/lists/usePages";
import { shownValue } from "./values";

const FILTERS = ["search", "segment", "tag"] as const;
const TAGS_SHOWN = 3;

/** Everybody, or those whom a search, a segment and a tag leave. */
export default function PeoplePage() {
  const { t } = useTranslation();
  const [filters, put] = useFilters(FILTERS);
  const pages = usePages(["people", filters], (cursor) => peoplePage(filters, cursor));
  const columns = usePeopleColumns();
  const tags = useQuery(tagsQuery).data?.results ?? [];
  return (
    <main className="page" data-testid="people-page">
      <header className="page-head">
        <h1>{t("profiles.title")}</h1>
      </header>
      <div className="filters">
        <Input.Search
          key={filters.search ?? ""}
          style={{ width: 320 }}
          allowClear
          defaultValue={filters.search}
          placeholder={t("profiles.search")}
          aria-label={t("profiles.search")}
          data-testid="people-search"
          onSearch={(text) => put("search", text.trim())}
        />
        <SegmentPick
          allowClear
          value={filters.segment}
          placeholder={t("profiles.anySegment")}
          testId="people-segment"
          onChange={(value) => put("segment", value)}
        />
        <Select
          allowClear
          showSearch={{ optionFilterProp: "label" }}
          value={filters.tag}
          placeholder={t("profiles.anyTag")}
          aria-label={t("profiles.tag")}
          data-testid="people-tag"
          options={tags.map(({ key, name }) => ({ value: key, label: name }))}
          onChange={(value?: string) => put("tag", value)}
        />
      </div>
      <LongTable<Person>
        pages={pages}
        columns={columns}
        label={t("profiles.title")}
        empty={t(Object.keys(filters).length > 0 ? "profiles.noneFound" : "profiles.none")}
        testId="people-table"
      />
    </main>
  );
}

/** What a list of people says of each: also of a segment's members. `testId` begins that of the way to a person. */
export function usePeopleColumns(testId = "person-"): LongColumn<Person>[] {
  const { t } = useTranslation();
  const format = useFormat();
  // The same columns as long as nothing of them changes: rows in sight are not drawn anew for each page that comes.
  return useMemo(() => {
    const identity = (type: string, width: number): LongColumn<Person> => ({
      title: t(`imports.identity.${type}`, { defaultValue: type }),
      key: type,
      width,
      render: (_, { identities }) => <span className="one-line">{identities[type]}</span>,
    });
    return [
      {
        title: t("profiles.name"),
        key: "name",
        width: 200,
        render: (_, person) => (
          <Link className="one-line" to={`/people/${person.id}`} data-testid={testId + person.id}>
            <b>{nameOf(person.attributes) || t("tasks.unnamed")}</b>
          </Link>
        ),
      },
      identity("phone", 160),
      identity("email", 220),
      identity("member_id", 180),
      {
        title: t("profiles.tags"),
        key: "tags",
        width: 260,
        render: (_, { tags }) => {
          const all = Object.entries(tags);
          return (
            <span className="one-line">
              {all.slice(0, TAGS_SHOWN).map(([key, value]) => (
                <Tag key={key}>{value === true ? key : `${key}: ${shownValue(value)}`}</Tag>
              ))}
              {all.length > TAGS_SHOWN && <span className="soft">+{all.length - TAGS_SHOWN}</span>}
            </span>
          );
        },
      },
      {
        title: t("profiles.updated"),
        key: "updated",
        width: 180,
        render: (_, { updated_at }) => <span className="soft">{format.time(updated_at)}</span>,
      },
      {
        title: t("profiles.created"),
        key: "created",
        width: 180,
        render: (_, { created_at }) => <span className="soft">{format.time(created_at)}</span>,
      },
    ];
  }, [t, format, testId]);
}

/** What somebody is called, as far as the caller may see it. */
export function nameOf(attributes: Readonly<Record<string, unknown>>): string {
  return typeof attributes.name === "string" ? attributes.name : "";
}
