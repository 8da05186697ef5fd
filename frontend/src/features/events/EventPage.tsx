import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Card, Input, Select, Space, Spin, Switch, Table, Tag, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { changeEvent, changeProperty, type EventProperty, eventQuery, VALUE_TYPES, type ValueType } from "@/api/events";
import { Problem, useComplain } from "@/app/Problem";
import { mayWrite, useSession } from "@/app/session";
import { useFormat } from "@/format/useFormat";
import { everyDay } from "./everyDay";
import "@/canvas/fields/fields.css";
import "./events.css";

/** One event: what it means, how many come, and what its properties look like. */
export default function EventPage() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const format = useFormat();
  const writes = mayWrite(useSession());
  const queries = useQueryClient();
  const complain = useComplain();
  const { message } = App.useApp();
  const { data: event, error, isLoadingError, refetch } = useQuery(eventQuery(id));
  const done = {
    onSuccess: () => {
      message.success(t("events.saved"));
      return queries.invalidateQueries({ queryKey: ["events"] });
    },
    onError: complain,
  };
  const save = useMutation({
    mutationFn: (fields: Parameters<typeof changeEvent>[1]) => changeEvent(id, fields),
    ...done,
  });
  const saveProperty = useMutation({
    mutationFn: ({ path, ...fields }: { path: string } & Parameters<typeof changeProperty>[2]) =>
      changeProperty(id, path, fields),
    ...done,
  });
  if (isLoadingError) return <Problem error={error} onRetry={refetch} />;
  if (!event) return <Spin className="centred" />;
  const days = everyDay(event.volumes, new Date(), format.zone);
  const most = Math.max(1, ...days.map(({ count }) => count));
  const columns = [
    { title: t("events.path"), key: "path", render: (_: unknown, row: EventProperty) => <code>{row.path}</code> },
    {
      title: t("events.types"),
      key: "types",
      width: 190,
      render: (_: unknown, row: EventProperty) => (
        <span className="tags">
          {(Object.keys(row.types) as ValueType[]).map((type) => (
            <Tag key={type}>{t(`events.type.${type}`)}</Tag>
          ))}
        </span>
      ),
    },
    {
      title: t("events.examples"),
      key: "examples",
      render: (_: unknown, row: EventProperty) => <span className="soft">{row.examples.map(String).join(" · ")}</span>,
    },
    {
      title: t("events.expected"),
      key: "expected",
      width: 170,
      render: (_: unknown, row: EventProperty) => (
        <Tooltip title={row.is_unexpected ? t("events.unexpected") : ""}>
          <Select
            className="wide"
            size="small"
            disabled={!writes}
            {...(row.is_unexpected ? { status: "warning" as const } : {})}
            aria-label={t("events.expected")}
            value={row.expected_type}
            options={["" as const, ...VALUE_TYPES].map((type) => ({
              value: type,
              label: type ? t(`events.type.${type}`) : t("events.anyType"),
            }))}
            onChange={(expected_type) => saveProperty.mutate({ path: row.path, expected_type })}
          />
        </Tooltip>
      ),
    },
    {
      title: t("events.description"),
      key: "description",
      render: (_: unknown, row: EventProperty) => (
        <Input
          size="small"
          defaultValue={row.description}
          disabled={!writes}
          aria-label={t("events.description")}
          onBlur={({ target }) =>
            target.value !== row.description && saveProperty.mutate({ path: row.path, description: target.value })
          }
        />
      ),
    },
    {
      title: t("events.hide"),
      key: "hidden",
      width: 130,
      render: (_: unknown, row: EventProperty) => (
        <Switch
          size="small"
          disabled={!writes}
          aria-label={t("events.hide")}
          checked={row.is_hidden}
          onChange={(is_hidden) => saveProperty.mutate({ path: row.path, is_hidden })}
        />
      ),
    },
  ];
  return (
    <main className="page" data-testid="event-page">
      <header className="page-head">
        <h1>{event.name}</h1>
        <Link to="/events">{t("events.back")}</Link>
      </header>
      <Space orientation="vertical" size="middle" className="wide">
        <Card>
          <div className="events-bar">
            <Input.TextArea
              autoSize
              className="grow"
              key={event.description}
              defaultValue={event.description}
              disabled={!writes}
              placeholder={t("events.describe")}
              aria-label={t("events.description")}
              data-testid="event-description"
              onBlur={({ target }) => target.value !== event.description && save.mutate({ description: target.value })}
            />
            <Switch
              disabled={!writes}
              aria-label={t("events.hide")}
              checked={event.is_hidden}
              onChange={(is_hidden) => save.mutate({ is_hidden })}
            />
            <span>{t("events.hide")}</span>
          </div>
          <p className="soft">
            {t("events.total")}: {format.number(event.total)} · {t("events.firstSeen")}:{" "}
            {format.time(event.first_seen_at)} · {t("events.lastSeen")}: {format.time(event.last_seen_at)}
          </p>
        </Card>
        <Card title={t("events.volumes")} size="small">
          {event.volumes.length === 0 && <span className="soft">{t("events.noVolumes")}</span>}
          <div className="events-days" role="img" aria-label={t("events.volumes")}>
            {days.map(({ day, count }) => (
              <Tooltip key={day} title={`${day}: ${format.number(count)}`}>
                <div data-day={day} style={{ height: `${(100 * count) / most}%` }} />
              </Tooltip>
            ))}
          </div>
          <div className="events-ends soft">
            <span>{days[0]?.day}</span>
            <span>{days.at(-1)?.day}</span>
          </div>
        </Card>
        <Card title={t("events.properties")} size="small" extra={<span className="soft">{t("events.sampled")}</span>}>
          <Table<EventProperty>
            rowKey="path"
            size="small"
            dataSource={event.properties}
            columns={columns}
            pagination={false}
            scroll={{ x: 900 }}
            data-testid="event-properties"
          />
        </Card>
      </Space>
    </main>
  );
}
