import { useMutation, useQuery } from "@tanstack/react-query";
import { Button, Checkbox, Select } from "antd";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, dataOf } from "@/api/client";
import { useComplain } from "@/app/Problem";
import { Field } from "@/canvas/fields/Field";
import { PropertyRows } from "@/canvas/fields/PropertyRows";
import { useGraph } from "@/canvas/store/graphStore";
import { INVENTED, type Person, type Script, scriptedPerson } from "./script";

interface Props {
  script: Script;
  put: (part: Partial<Script>) => void;
}

/** Who walks through: somebody invented, or a real person as they are known now. */
export function TestPerson({ script, put }: Props) {
  const { t } = useTranslation();
  const nodes = useGraph((state) => state.graph.nodes);
  const used = nodes.filter(({ type }) => type === "send").map(({ config }) => String(config.channel ?? "sms"));
  const channels = [...new Set(["sms", ...used, ...script.consents])];
  return (
    <>
      <Field label={t("test.real")} hint={t("test.realHint")}>
        <RealPerson onTake={(person) => put(scriptedPerson(person))} />
        {script.identities !== INVENTED && (
          <p className="soft" data-testid="test-taken">
            {t("test.taken", { events: script.history.length })}{" "}
            <Button
              size="small"
              type="link"
              data-testid="test-invent"
              onClick={() => put({ person: "p1", identities: INVENTED, history: [] })}
            >
              {t("test.invent")}
            </Button>
          </p>
        )}
      </Field>
      <Field label={t("test.person")} hint={t("test.personHint")}>
        <PropertyRows
          value={script.attributes}
          onChange={(attributes) => put({ attributes })}
          addText={t("enroll.addAttribute")}
          testId="test-attribute"
        />
        <Select
          className="wide"
          mode="tags"
          open={false}
          suffixIcon={null}
          value={script.tags}
          placeholder={t("test.tags")}
          aria-label={t("test.tags")}
          data-testid="test-tags"
          onChange={(tags) => put({ tags })}
        />
      </Field>
      <Field label={t("test.consents")}>
        {channels.map((channel) => (
          <Checkbox
            key={channel}
            checked={script.consents.includes(channel)}
            data-testid={`test-consent-${channel}`}
            onChange={({ target }) =>
              put({
                consents: target.checked
                  ? [...script.consents, channel]
                  : script.consents.filter((each) => each !== channel),
              })
            }
          >
            {t(`channel.${channel}`, { defaultValue: channel })}
          </Checkbox>
        ))}
      </Field>
    </>
  );
}

function RealPerson({ onTake }: { onTake: (person: Person) => void }) {
  const { t } = useTranslation();
  const complain = useComplain();
  const [typed, setTyped] = useState("");
  const search = useDeferredValue(typed.trim());
  const people = useQuery({
    queryKey: ["profiles", "script", search],
    queryFn: () => dataOf(api.GET("/api/v1/profiles/", { params: { query: { search, page_size: 20 } } })),
    enabled: search !== "",
  });
  const take = useMutation({
    mutationFn: (id: string) => dataOf(api.GET("/api/v1/profiles/{id}/overview/", { params: { path: { id } } })),
    onSuccess: onTake,
    onError: complain,
  });
  return (
    <Select
      className="wide"
      showSearch={{ filterOption: false, onSearch: setTyped }}
      value={null}
      loading={people.isFetching || take.isPending}
      placeholder={t("test.findPerson")}
      aria-label={t("test.findPerson")}
      data-testid="test-real"
      notFoundContent={search && people.data ? t("test.nobody") : null}
      options={(search ? (people.data?.results ?? []) : []).map(({ id, attributes, identities }) => ({
        value: id,
        label: [attributes.name, ...Object.values(identities).flat()].filter(Boolean).slice(0, 2).join(" · ") || id,
      }))}
      onChange={(id: string | null) => id && take.mutate(id)}
    />
  );
}
