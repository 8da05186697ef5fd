import { useQuery } from "@tanstack/react-query";
import { Button, DatePicker, Input, Select, Tag } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useTranslation } from "react-i18next";
import { MESSAGE_FILTERS, MESSAGE_STATES, type Message, type MessageFilters, messagesPage } from "@/api/messages";
import { CHANNELS } from "@/api/privacy";
import { accountsQuery, journeysQuery, templatesQuery } from "@/api/queries";
import { useFormat } from "@/format/useFormat";
import { type LongColumn, LongTable } from "@/lists/LongTable";
import { useFilters } from "@/lists/useFilters";
import { usePages } from "@/lists/usePages";
import { MESSAGE_LOOK } from "./look";
import { MessageDrawer } from "./MessageDrawer";

// What is looked for is mostly of these days; all of the past is one click away.
const USUAL_DAYS = 30;
const REASONS = [
  "no_consent",
  "opted_out",
  "quiet_hours",
  "frequency_cap",
  "quota",
  "no_identity",
  "template_not_approved",
  "priority",
  "exited",
  "expired",
  "recipient_permanent",
  "content_permanent",
  "delivery",
  "retries_exhausted",
  "no_record",
] as const;

/** Every message, newest first: found by whom it went to, narrowed by what became of it. */
export default function MessagesPage() {
  const { t } = useTranslation();
  const [chosen, put] = useFilters([...MESSAGE_FILTERS, "open", "always"] as const);
  const { open, always, ...given } = chosen;
  const named = Boolean(given.search || given.since || given.until || always);
  const filters: MessageFilters = named ? given : { ...given, since: daysAgo(USUAL_DAYS) };
  const pages = usePages(["messages", filters], (cursor) => messagesPage(filters, cursor));
  const columns = useColumns((id) => put("open", id));
  return (
    <main className="page" data-testid="messages-page">
      <header className="page-head">
        <h1>{t("log.title")}</h1>
      </header>
      <Filters given={given} put={put} />
      {!named && (
        <p className="soft">
          {t("log.usual", { days: USUAL_DAYS })}{" "}
          <Button type="link" size="small" onClick={() => put("always", "1")} data-testid="messages-always">
            {t("log.always")}
          </Button>
        </p>
      )}
      <LongTable<Message>
        pages={pages}
        columns={columns}
        label={t("log.title")}
        empty={t("log.none")}
        testId="messages-table"
        chosen={open}
      />
      {open && <MessageDrawer id={open} onClose={() => put("open", undefined)} />}
    </main>
  );
}

/** The beginning of a day some days ago: the same for the whole day, so that the list stays the same question. */
function daysAgo(days: number): string {
  return dayjs().startOf("day").subtract(days, "day").toISOString();
}

type Filter = (typeof MESSAGE_FILTERS)[number];

function Filters({ given, put }: { given: MessageFilters; put: (name: Filter, value: string | undefined) => void }) {
  const { t } = useTranslation();
  const accounts = useQuery(accountsQuery).data?.results ?? [];
  const templates = useQuery(templatesQuery).data?.results ?? [];
  const journeys = useQuery({ ...journeysQuery(undefined, ""), refetchInterval: false }).data?.results ?? [];
  const named = (rows: readonly { id: string; name: string }[]) =>
    rows.map(({ id, name }) => ({ value: id, label: name }));
  const select = (name: Filter, options: { value: string; label: string }[]) => (
    <Select
      allowClear
      showSearch={{ optionFilterProp: "label" }}
      popupMatchSelectWidth={false}
      value={given[name]}
      placeholder={t(`log.any.${name}`)}
      aria-label={t(`log.${name}`)}
      data-testid={`messages-${name}`}
      options={options}
      onChange={(value?: string) => put(name, value)}
    />
  );
  const range: [Dayjs | null, Dayjs | null] = [
    given.since ? dayjs(given.since) : null,
    given.until ? dayjs(given.until) : null,
  ];
  return (
    <div className="filters">
      <Input.Search
        key={given.search ?? ""}
        style={{ width: 320 }}
        allowClear
        defaultValue={given.search}
        placeholder={t("log.search")}
        aria-label={t("log.search")}
        data-testid="messages-search"
        onSearch={(text) => put("search", text.trim())}
      />
      {select(
        "channel",
        CHANNELS.map((value) => ({ value, label: t(`channel.${value}`) })),
      )}
      {select(
        "state",
        MESSAGE_STATES.map((value) => ({ value, label: t(`messageState.${value}`) })),
      )}
      {select(
        "reason",
        REASONS.map((value) => ({ value, label: t(`stream.reason.${value}`) })),
      )}
      {select("journey", named(journeys))}
      {select("account", named(accounts))}
      {select("template", named(templates))}
      <DatePicker.RangePicker
        showTime={{ format: "HH:mm" }}
        allowEmpty={[true, true]}
        value={range}
        aria-label={t("log.time")}
        onChange={(chosen) => {
          put("since", chosen?.[0]?.toISOString());
          put("until", chosen?.[1]?.toISOString());
        }}
      />
    </div>
  );
}

function useColumns(onOpen: (id: string) => void): LongColumn<Message>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const templates = useQuery(templatesQuery).data?.results;
  const journeys = useQuery({ ...journeysQuery(undefined, ""), refetchInterval: false }).data?.results;
  return [
    {
      title: t("log.requested"),
      key: "requested",
      width: 190,
      render: (_, { id, requested_at }) => (
        <Button type="link" size="small" className="bare" onClick={() => onOpen(id)} data-testid={`message-open-${id}`}>
          {format.second(requested_at)}
        </Button>
      ),
    },
    {
      title: t("log.channel"),
      key: "channel",
      width: 150,
      render: (_, { channel }) => t(`channel.${channel}`, { defaultValue: channel }),
    },
    {
      title: t("log.address"),
      key: "address",
      width: 210,
      render: (_, { address }) => <span className="one-line">{address}</span>,
    },
    {
      title: t("log.state"),
      key: "state",
      width: 230,
      render: (_, { state, reason, test }) => (
        <span className="one-line">
          <Tag color={MESSAGE_LOOK[state]}>{t(`messageState.${state}`)}</Tag>
          {reason && <span className="soft">{t(`stream.reason.${reason}`, { defaultValue: reason })}</span>}
          {test && <Tag>{t("log.test")}</Tag>}
        </span>
      ),
    },
    {
      title: t("log.template"),
      key: "template",
      width: 200,
      render: (_, { template }) => (
        <span className="one-line">{templates?.find(({ id }) => id === template)?.name ?? "–"}</span>
      ),
    },
    {
      title: t("log.journey"),
      key: "journey",
      width: 200,
      render: (_, { journey_id }) => (
        <span className="one-line">{journeys?.find(({ id }) => id === journey_id)?.name ?? "–"}</span>
      ),
    },
    {
      title: t("log.provider"),
      key: "provider",
      width: 200,
      render: (_, { provider_id }) => <code className="one-line">{provider_id}</code>,
    },
  ];
}
