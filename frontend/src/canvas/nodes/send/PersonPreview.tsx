import { CheckCircleFilled, ClockCircleFilled, CloseCircleFilled } from "@ant-design/icons";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useDeferredValue, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { type MessagePreview, previewMessage } from "@/api/canvas";
import { api, dataOf } from "@/api/client";
import { useErrorWords } from "@/app/errorWords";
import { useFormat } from "@/format/useFormat";
import { useGraph } from "../../store/graphStore";
import type { SendConfig } from "./definition";
import "./preview.css";

const AFTER_LAST_EDIT_MS = 500;
const ICONS = {
  allowed: <CheckCircleFilled className="good" />,
  held: <ClockCircleFilled className="warn" />,
  blocked: <CloseCircleFilled className="bad" />,
};

function findPeople(search: string) {
  return dataOf(api.GET("/api/v1/profiles/", { params: { query: { search: search || undefined, page_size: 20 } } }));
}

/** The message on the phone of one real person, with what their data make of it, or why they would not get it. */
export function PersonPreview({ config }: { config: SendConfig }) {
  const { t } = useTranslation();
  const wordsOf = useErrorWords();
  const settings = useGraph((state) => state.graph.settings);
  const [typed, setTyped] = useState("");
  const [person, setPerson] = useState<string>();
  const [settled, setSettled] = useState(config);
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(config), AFTER_LAST_EDIT_MS);
    return () => window.clearTimeout(timer);
  }, [config]);
  const search = useDeferredValue(typed.trim());
  const people = useQuery({
    queryKey: ["profiles", "preview", search],
    queryFn: () => findPeople(search),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
  const shown = useQuery({
    queryKey: ["message-preview", settled, settings, person],
    queryFn: () => previewMessage({ config: { ...settled }, settings, profile: person ?? "" }),
    enabled: person !== undefined,
    placeholderData: keepPreviousData,
    retry: false,
  });
  return (
    <div className="person-preview">
      <Select
        className="wide"
        allowClear
        showSearch={{ filterOption: false, onSearch: setTyped }}
        loading={people.isFetching}
        value={person}
        placeholder={t("board.previewFor")}
        aria-label={t("board.previewFor")}
        data-testid="send-preview-person"
        notFoundContent={t("testSend.nobody")}
        options={(people.data?.results ?? []).map(({ id, identities, attributes }) => ({
          value: id,
          label: [attributes.name, ...Object.values(identities)].filter(Boolean).join(" · ") || id,
        }))}
        onChange={setPerson}
      />
      {person && shown.error && <div className="field-warning">{wordsOf(shown.error)}</div>}
      {person && shown.data && !shown.error && <Phone message={shown.data} />}
    </div>
  );
}

function Phone({ message }: { message: MessagePreview }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { verdict, reason, not_before: until, address, params, text, length, segments } = message;
  const filled = text.replace(/\$\{([^}]+)\}/g, (whole, name: string) => params[name] ?? whole);
  return (
    <figure className="handset" data-testid="send-preview-phone" data-verdict={verdict}>
      <figcaption>
        {ICONS[verdict]} {t(`board.verdict.${verdict}`, { until: until ? format.time(until) : "" })}
        {reason && ` ${t(`stream.reason.${reason}`, { defaultValue: reason })}`}
      </figcaption>
      <div className="handset-to">{address || t("board.noAddress")}</div>
      <p className={verdict === "blocked" ? "handset-bubble handset-refused" : "handset-bubble"}>{filled}</p>
      {length !== null && segments !== null && (
        <small className="soft">{t("board.smsSize", { length, count: segments })}</small>
      )}
    </figure>
  );
}
