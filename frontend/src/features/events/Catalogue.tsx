import { SearchOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Empty, Input, Table, Tag } from "antd";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { cataloguePage, type EventDefinition } from "@/api/events";
import { cursorOf } from "@/api/queries";
import { Problem } from "@/app/Problem";
import { useFormat } from "@/format/useFormat";

/** Every name that events came with. */
export function Catalogue() {
  const { t } = useTranslation();
  const format = useFormat();
  const [search, setSearch] = useState("");
  const wanted = useDeferredValue(search.trim());
  const events = useInfiniteQuery({
    queryKey: ["events", "catalogue", wanted],
    queryFn: ({ pageParam }) => cataloguePage(wanted, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => cursorOf(page.next),
    refetchInterval: 10_000,
  });
  const columns = [
    {
      title: t("events.name"),
      key: "name",
      render: (_: unknown, event: EventDefinition) => (
        <>
          <Link to={`/events/${event.id}`} data-testid={`event-${event.name}`}>
            {event.name}
          </Link>{" "}
          {event.is_hidden && <Tag>{t("events.hidden")}</Tag>}
          {event.description && <div className="soft">{event.description}</div>}
        </>
      ),
    },
    {
      title: t("events.total"),
      key: "total",
      width: 130,
      align: "right" as const,
      render: (_: unknown, event: EventDefinition) => format.number(event.total),
    },
    {
      title: t("events.firstSeen"),
      key: "first",
      width: 190,
      render: (_: unknown, event: EventDefinition) => format.time(event.first_seen_at),
    },
    {
      title: t("events.lastSeen"),
      key: "last",
      width: 190,
      render: (_: unknown, event: EventDefinition) => format.time(event.last_seen_at),
    },
  ];
  return (
    <>
      <div className="events-bar">
        <Input
          className="page-search"
          allowClear
          prefix={<SearchOutlined />}
          placeholder={t("events.search")}
          aria-label={t("events.search")}
          data-testid="events-search"
          onChange={({ target }) => setSearch(target.value)}
        />
      </div>
      {events.error ? (
        <Problem error={events.error} onRetry={events.refetch} />
      ) : (
        <Table<EventDefinition>
          className="sheet"
          rowKey="id"
          loading={events.isPending}
          dataSource={events.data?.pages.flatMap((page) => page.results)}
          columns={columns}
          pagination={false}
          scroll={{ x: 800 }}
          // Nothing is said to be missing before it is known.
          locale={{
            emptyText: events.data ? <Empty description={t(wanted ? "events.noneFound" : "events.none")} /> : " ",
          }}
          data-testid="events-table"
        />
      )}
      {events.hasNextPage && (
        <Button block loading={events.isFetchingNextPage} onClick={() => events.fetchNextPage()}>
          {t("people.more")}
        </Button>
      )}
    </>
  );
}
