import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { personQuery } from "@/api/identity";
import { PersonLink } from "./MergeHistory";

const SHOWN = 3;

/** A person as somebody must know them to judge who they are: name, ids, and the way to their merges. */
export function PersonName({ id }: { id: string }) {
  const { t } = useTranslation();
  // Somebody who has been erased meanwhile has only their id left.
  const { data } = useQuery(personQuery(id));
  const ids = Object.entries(data?.identities ?? {}).slice(0, SHOWN);
  return (
    <div data-testid={`pair-person-${id}`}>
      <b>{String(data?.attributes.name ?? t("tasks.unnamed"))}</b> <PersonLink id={id} />
      {ids.map(([type, value]) => (
        <div className="soft" key={type}>
          {t(`imports.identity.${type}`, { defaultValue: type })} {value}
        </div>
      ))}
    </div>
  );
}
