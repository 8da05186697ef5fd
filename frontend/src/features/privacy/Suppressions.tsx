import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Empty, Form, Input, Modal, Select, Table } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "@/api/privacy";
import { cursorOf } from "@/api/queries";
import { Problem } from "@/app/Problem";
import { mayWrite, useSession } from "@/app/session";
import { useFormat } from "@/format/useFormat";
import { ReasonDialog } from "./ReasonDialog";
import { actorText, sourceText } from "./words";

interface Fields {
  channel: string;
  addresses: string;
  reason: string;
}

const linesOf = (text: string) =>
  text
    .split(/[\n,;，；]/)
    .map((line) => line.trim())
    .filter(Boolean);

/** Addresses that get nothing more on a channel, whoever has them. */
export function Suppressions() {
  const { t } = useTranslation();
  const format = useFormat();
  const queries = useQueryClient();
  const writes = mayWrite(useSession());
  const [entering, setEntering] = useState(false);
  const [lifting, setLifting] = useState<string>();
  const rows = useInfiniteQuery({
    queryKey: ["suppressions"],
    queryFn: ({ pageParam }) => calls.suppressions(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => cursorOf(page.next),
  });
  const again = () => queries.invalidateQueries({ queryKey: ["suppressions"] });
  const lift = useMutation({
    mutationFn: (reason: string) => calls.liftSuppression(lifting ?? "", reason),
    onSuccess: () => {
      setLifting(undefined);
      return again();
    },
  });
  const enter = useMutation({
    mutationFn: ({ channel, addresses, reason }: Fields) => calls.suppressAll(channel, linesOf(addresses), reason),
    onSuccess: () => {
      setEntering(false);
      return again();
    },
  });
  if (rows.isLoadingError) return <Problem error={rows.error} onRetry={rows.refetch} />;
  return (
    <>
      <div className="privacy-tools">
        {writes && (
          <Button type="primary" onClick={() => setEntering(true)} data-testid="new-suppressions">
            {t("privacy.addSuppressions")}
          </Button>
        )}
      </div>
      {enter.data && (
        <Alert
          closable
          type={enter.data.rejected ? "warning" : "success"}
          title={t("privacy.entered", {
            added: enter.data.added,
            known: enter.data.known,
            rejected: enter.data.rejected,
          })}
        />
      )}
      <Table<calls.Suppression>
        className="sheet"
        rowKey="id"
        loading={rows.isPending}
        dataSource={rows.data?.pages.flatMap((page) => page.results) ?? []}
        pagination={false}
        scroll={{ x: 900 }}
        locale={{ emptyText: rows.data ? <Empty description={t("privacy.noSuppressions")} /> : " " }}
        columns={[
          { title: t("privacy.address"), dataIndex: "address" },
          {
            title: t("privacy.channel"),
            key: "channel",
            render: (_, one) => t(`privacy.channels.${one.channel}`, one.channel),
          },
          { title: t("privacy.source"), key: "source", render: (_, one) => sourceText(t, one.source) },
          { title: t("privacy.reason"), dataIndex: "reason" },
          { title: t("privacy.actor"), key: "actor", render: (_, one) => actorText(t, one.added_by ?? "") },
          { title: t("privacy.at"), key: "at", render: (_, one) => format.time(one.at) },
          { title: t("privacy.expires"), key: "expires", render: (_, one) => format.time(one.expires_at) },
          {
            title: <span className="unseen">{t("journeys.actions")}</span>,
            key: "lift",
            render: (_, one) => writes && <Button onClick={() => setLifting(one.id)}>{t("privacy.lift")}</Button>,
          },
        ]}
      />
      {rows.hasNextPage && (
        <Button loading={rows.isFetchingNextPage} onClick={() => rows.fetchNextPage()}>
          {t("privacy.more")}
        </Button>
      )}
      {lift.error && <Problem error={lift.error} />}
      {lifting && (
        <ReasonDialog
          title={t("privacy.lift")}
          warning={t("privacy.liftWarning")}
          pending={lift.isPending}
          onReason={(reason) => lift.mutate(reason)}
          onClose={() => setLifting(undefined)}
        />
      )}
      {entering && (
        <Modal open footer={null} title={t("privacy.addSuppressions")} onCancel={() => setEntering(false)}>
          {enter.error && <Problem error={enter.error} />}
          <Form<Fields>
            layout="vertical"
            initialValues={{ channel: "sms" }}
            onFinish={(fields) => enter.mutate(fields)}
          >
            <Form.Item name="channel" label={t("privacy.channel")}>
              <Select options={calls.CHANNELS.map((value) => ({ value, label: t(`privacy.channels.${value}`) }))} />
            </Form.Item>
            <Form.Item name="addresses" label={t("privacy.addresses")} rules={[{ required: true }]}>
              <Input.TextArea autoSize={{ minRows: 4, maxRows: 12 }} data-testid="suppression-addresses" />
            </Form.Item>
            <Form.Item name="reason" label={t("privacy.reason")} rules={[{ required: true }]}>
              <Input maxLength={200} data-testid="suppression-reason" />
            </Form.Item>
            <Button type="primary" htmlType="submit" loading={enter.isPending} data-testid="suppression-submit">
              {t("privacy.save")}
            </Button>
          </Form>
        </Modal>
      )}
    </>
  );
}
