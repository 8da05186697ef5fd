import { useTranslation } from "react-i18next";
import type { Profile } from "@/api/segments";

/** People by name and by what they are reached with. */
export function PeopleList({ people }: { people: readonly Profile[] }) {
  const { t } = useTranslation();
  return (
    <ul className="segment-people">
      {people.map(({ id, attributes, identities }) => (
        <li key={id} data-testid={`member-${id}`}>
          <b>{String(attributes.name ?? t("tasks.unnamed"))}</b>
          <span className="soft">{Object.values(identities).slice(0, 2).join(" · ") || <code>{id}</code>}</span>
        </li>
      ))}
    </ul>
  );
}
