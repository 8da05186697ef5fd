import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Empty, Popconfirm, Select, Table, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import {
  discard,
  REJECTED_STATES,
  type RejectedEvent,
  type RejectedState,
  reasonsQuery,
  rejectedPage,
  type Which,
} from "@/api/events";
import { cursorOf } from "@/api/queries";
import { Problem, useComplain } from "@/app/Problem";
import { mayWrite, useSession } from "@/app/session";
import { useFormat } from "@/format/useFormat";
import { ReplayDialog } from "./ReplayDialog";

const LOOK = { open: "warning", taken: "success", duplicate: "default", discarded: "default" } as const;

/** Items that could not be taken: why, and sending them again once what was wrong has been put right. */
export function DeadLetters() {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const reasonOf = (of: string) => t(`refusals.${of}`, { defaultValue: of });
  const writes = mayWrite(useSession());
  const queries = useQueryClient();
  const complain = useComplain();
  const { message } = App.useApp();
  const [state, setState] = useState<RejectedState | undefined>("open");
  const [code, setCode] = useState<string>();
  const [replaying, setReplaying] = useState<Which>();
  const reasons = useQuery(reasonsQuery);
  const items = useInfiniteQuery({
    queryKey: ["rejected", "items", state ?? "", code ?? ""],
    queryFn: ({ pageParam }) => rejectedPage(state, code, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => cursorOf(page.next),
  });
  const letBe = useMutation({
    mutationFn: discard,
    onSuccess: ({ discarded }) => {
      message.success(t("events.discarded", { count: discarded }));
      return queries.invalidateQueries({ queryKey: ["rejected"] });
    },
    onError: complain,
  });
  const ofReason = reasons.data?.reasons.find((reason) => reason.code === code)?.count ?? 0;
  const columns = [
    {
      title: t("events.reason"),
      key: "reason",
      render: (_: unknown, item: RejectedEvent) => (
        <>
          {reasonOf(item.code)}
          <div className="soft">
            {item.attr && <code>{item.attr}</code>} {i18n.exists(`refusals.${item.code}`) ? "" : item.detail}
          </div>
        </>
      ),
    },
    {
      title: t("events.received"),
      key: "received",
      width: 190,
      render: (_: unknown, item: RejectedEvent) => format.second(item.received_at),
    },
    {
      title: t("events.stateTitle"),
      key: "state",
      width: 130,
      render: (_: unknown, item: RejectedEvent) => (
        <Tag color={LOOK[item.state]}>{t(`events.state.${item.state}`)}</Tag>
      ),
    },
    { title: t("events.tries"), key: "tries", width: 100, render: (_: unknown, item: RejectedEvent) => item.tries },
    {
      title: <span className="unseen">{t("journeys.actions")}</span>,
      key: "actions",
      width: 230,
      render: (_: unknown, item: RejectedEvent) =>
        writes &&
        item.state === "open" && (
          <>
            {item.can_replay && (
              <Button
                type="link"
                size="small"
                onClick={() => setReplaying({ ids: [item.id] })}
                data-testid={`replay-${item.id}`}
              >
                {t("events.replay")}
              </Button>
            )}
            <Button type="link" size="small" onClick={() => letBe.mutate({ ids: [item.id] })}>
              {t("events.discard")}
            </Button>
          </>
        ),
    },
  ];
  return (
    <>
      <div className="events-bar">
        <Select
          allowClear
          className="page-filter"
          placeholder={t("events.anyReason")}
          aria-label={t("events.reason")}
          data-testid="rejected-reason"
          popupMatchSelectWidth={false}
          value={code}
          onChange={setCode}
          options={
            reasons.data?.reasons.map((one) => ({
              value: one.code,
              label: `${reasonOf(one.code)} (${format.number(one.count)})`,
            })) ?? []
          }
        />
        <Select
          allowClear
          className="page-filter"
          placeholder={t("journeys.anyState")}
          aria-label={t("events.stateTitle")}
          value={state}
          onChange={setState}
          options={REJECTED_STATES.map((value) => ({ value, label: t(`events.state.${value}`) }))}
        />
        {writes && code && ofReason > 0 && (
          <>
            <Button onClick={() => setReplaying({ code })} data-testid="replay-all">
              {t("events.replayAll")}
            </Button>
            <Popconfirm title={t("events.discardSure", { count: ofReason })} onConfirm={() => letBe.mutate({ code })}>
              <Button danger>{t("events.discardAll")}</Button>
            </Popconfirm>
          </>
        )}
        <span className="soft">{t("events.masked")}</span>
      </div>
      {items.error ? (
        <Problem error={items.error} onRetry={items.refetch} />
      ) : (
        <Table<RejectedEvent>
          className="sheet"
          rowKey="id"
          loading={items.isPending}
          dataSource={items.data?.pages.flatMap((page) => page.results)}
          columns={columns}
          pagination={false}
          scroll={{ x: 900 }}
          expandable={{
            expandedRowRender: (item) => <pre className="events-payload">{JSON.stringify(item.payload, null, 2)}</pre>,
          }}
          locale={{ emptyText: items.data ? <Empty description={t("events.noRejected")} /> : " " }}
          data-testid="rejected-table"
        />
      )}
      {items.hasNextPage && (
        <Button block loading={items.isFetchingNextPage} onClick={() => items.fetchNextPage()}>
          {t("people.more")}
        </Button>
      )}
      {replaying && <ReplayDialog which={replaying} onClose={() => setReplaying(undefined)} />}
    </>
  );
}
