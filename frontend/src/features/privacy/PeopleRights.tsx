import { SearchOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Empty, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { findPeople } from "@/api/privacy";
import { Problem } from "@/app/Problem";
import { PersonRights } from "./PersonRights";

/** Finds one person by an identity, and does for them what they ask for. */
export function PeopleRights() {
  const { t } = useTranslation();
  const [search, setSearch] = useState("");
  const [chosen, setChosen] = useState<string>();
  const found = useQuery({
    queryKey: ["privacy-people", search],
    queryFn: () => findPeople(search),
    enabled: search !== "",
  });
  const people = found.data?.results ?? [];
  const person = people.find(({ id }) => id === chosen) ?? (people.length === 1 ? people[0] : undefined);
  return (
    <section>
      <div className="privacy-tools">
        <Input.Search
          allowClear
          prefix={<SearchOutlined />}
          placeholder={t("privacy.findPerson")}
          aria-label={t("privacy.findPerson")}
          data-testid="privacy-search"
          style={{ maxWidth: 420 }}
          loading={found.isFetching}
          onSearch={(text) => {
            setSearch(text.trim());
            setChosen(undefined);
          }}
        />
      </div>
      {found.error && <Problem error={found.error} onRetry={found.refetch} />}
      {person ? (
        <PersonRights key={person.id} person={person} onErased={() => setSearch("")} />
      ) : people.length ? (
        <ul className="sheet privacy-people">
          {people.map(({ id, attributes, identities }) => (
            <li key={id}>
              <Button type="link" onClick={() => setChosen(id)} data-testid={`person-${id}`}>
                {String(attributes.name ?? t("tasks.unnamed"))} · {Object.values(identities).slice(0, 2).join(" · ")}
              </Button>
            </li>
          ))}
        </ul>
      ) : (
        <Empty description={t(search && found.data ? "privacy.nobody" : "privacy.findHint")} />
      )}
    </section>
  );
}
