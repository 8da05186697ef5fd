import { StopOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Input, Modal, Popconfirm, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { liftStop, stopSending, stopsQuery } from "@/api/channels";
import { CHANNELS } from "@/api/privacy";
import { Problem, useComplain } from "@/app/Problem";
import { mayWrite, useSession } from "@/app/session";
import { Field } from "@/canvas/fields/Field";
import { useFormat } from "@/format/useFormat";
import { channelName } from "./words";
import "@/canvas/fields/fields.css";

/** The kill switch: what is stopped now, by whom and why, and how to stop a channel or everything. */
export function Stops() {
  const { t } = useTranslation();
  const format = useFormat();
  const queries = useQueryClient();
  const complain = useComplain();
  const writes = mayWrite(useSession());
  const [asking, setAsking] = useState(false);
  const stops = useQuery(stopsQuery);
  const lift = useMutation({
    mutationFn: liftStop,
    onError: complain,
    // Somebody else may have lifted it.
    onSettled: () => queries.invalidateQueries({ queryKey: stopsQuery.queryKey }),
  });
  const nameOf = (channel: string | undefined) => (channel ? channelName(t, channel) : t("channels.stops.all"));
  const rows = stops.data?.results ?? [];
  return (
    <section className="channels-card" aria-labelledby="stops" data-testid="stops">
      <div className="channels-sync-head">
        <div>
          <h2 id="stops">{t("channels.stops.title")}</h2>
          <p className="soft">{t("channels.stops.about")}</p>
        </div>
        {writes && (
          <Button danger icon={<StopOutlined />} onClick={() => setAsking(true)} data-testid="stop-sending">
            {t("channels.stops.stop")}
          </Button>
        )}
      </div>
      {stops.error && <Problem error={stops.error} onRetry={stops.refetch} />}
      {stops.data && rows.length === 0 && <p data-testid="stops-none">{t("channels.stops.none")}</p>}
      {rows.map((stop) => (
        <Alert
          key={stop.id}
          type="error"
          showIcon
          data-testid={`stop-${stop.channel || "all"}`}
          title={t("channels.stops.stopped", { channel: nameOf(stop.channel) })}
          description={t("channels.stops.why", {
            time: format.time(stop.at),
            by: stop.by || t("channels.stops.program"),
            reason: stop.reason || "–",
          })}
          action={
            writes && (
              <Popconfirm
                title={t("channels.stops.liftAsk", { channel: nameOf(stop.channel) })}
                okText={t("channels.stops.lift")}
                okButtonProps={{ "data-testid": "confirm-lift" }}
                onConfirm={() => lift.mutate(stop.id)}
              >
                <Button loading={lift.isPending} data-testid={`lift-${stop.channel || "all"}`}>
                  {t("channels.stops.lift")}
                </Button>
              </Popconfirm>
            )
          }
        />
      ))}
      {asking && <StopDialog onClose={() => setAsking(false)} />}
    </section>
  );
}

const SHORTEST = 2;

function StopDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [channel, setChannel] = useState("");
  const [reason, setReason] = useState("");
  const stop = useMutation({
    mutationFn: () => stopSending(channel, reason.trim()),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: stopsQuery.queryKey });
      onClose();
    },
  });
  return (
    <Modal
      open
      title={t("channels.stops.stop")}
      okText={t("channels.stops.confirm")}
      okButtonProps={{ danger: true, disabled: reason.trim().length < SHORTEST, "data-testid": "stop-sending-submit" }}
      confirmLoading={stop.isPending}
      onOk={() => stop.mutate()}
      onCancel={onClose}
    >
      <div className="plain">
        <Alert type="warning" showIcon title={t("channels.stops.warning")} />
        <Field label={t("channels.channel")}>
          <Select
            className="wide"
            value={channel}
            aria-label={t("channels.channel")}
            data-testid="stop-sending-channel"
            options={["", ...CHANNELS].map((value) => ({
              value,
              label: value ? channelName(t, value) : t("channels.stops.all"),
            }))}
            onChange={setChannel}
          />
        </Field>
        <Field label={t("channels.stops.reason")}>
          <Input
            maxLength={200}
            value={reason}
            aria-label={t("channels.stops.reason")}
            placeholder={t("channels.stops.reasonExample")}
            data-testid="stop-sending-reason"
            onChange={(event) => setReason(event.target.value)}
          />
        </Field>
        {stop.error && <Problem error={stop.error} />}
      </div>
    </Modal>
  );
}
