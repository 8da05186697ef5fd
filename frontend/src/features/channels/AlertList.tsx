import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Empty, Input, Modal, Segmented, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import * as calls from "@/api/channels";
import { accountsQuery } from "@/api/queries";
import { Problem } from "@/app/Problem";
import { mayWrite, useSession } from "@/app/session";
import { useFormat } from "@/format/useFormat";
import { usePages } from "./usePages";

/** What a person must look at, with who sees to it. */
export function AlertList() {
  const { t } = useTranslation();
  const [over, setOver] = useState(false);
  return (
    <>
      <p className="soft">{t("channels.alerts.about")}</p>
      <div className="channels-tools">
        <Segmented
          value={over ? "over" : "open"}
          options={(["open", "over"] as const).map((value) => ({ value, label: t(`channels.alerts.${value}`) }))}
          aria-label={t("channels.stateTitle")}
          onChange={(value) => setOver(value === "over")}
        />
      </div>
      {over ? <Over /> : <Open />}
    </>
  );
}

function Open() {
  const { t } = useTranslation();
  const alerts = useQuery(calls.openAlertsQuery);
  if (alerts.isLoadingError) return <Problem error={alerts.error} onRetry={alerts.refetch} />;
  const rows = alerts.data?.results ?? [];
  return (
    <div className="channels-stack" data-testid="alerts-open">
      {alerts.data && rows.length === 0 && <Empty description={t("channels.alerts.none")} />}
      {rows.map((alert) => (
        <OneAlert key={alert.id} alert={alert} />
      ))}
    </div>
  );
}

function Over() {
  const { t } = useTranslation();
  const pages = usePages(["channels", "alerts", "over"], calls.closedAlertsPage, "alerts");
  if (pages.error) return <Problem error={pages.error} onRetry={pages.refetch} />;
  return (
    <div className="channels-stack" data-testid="alerts-over">
      {pages.empty && <Empty description={t("channels.alerts.noneOver")} />}
      {pages.rows.map((alert) => (
        <OneAlert key={alert.id} alert={alert} />
      ))}
      {pages.more}
    </div>
  );
}

function OneAlert({ alert }: { alert: calls.Alert }) {
  const { t } = useTranslation();
  const format = useFormat();
  const writes = mayWrite(useSession());
  const [asking, setAsking] = useState(false);
  const accounts = useQuery(accountsQuery);
  if (accounts.isPending) return null;
  const account = accounts.data?.results.find(({ id }) => id === alert.subject);
  const title = t(`channels.alerts.kinds.${alert.kind}`, {
    name: account?.name ?? alert.subject,
    defaultValue: alert.kind,
  });
  return (
    <Alert
      type={alert.closed_at ? "success" : "error"}
      showIcon
      data-testid={`alert-${alert.id}`}
      title={account ? <Link to={`/channels/accounts/${account.id}`}>{title}</Link> : title}
      description={
        <>
          <div>
            <Tag>{alert.code}</Tag>
            {alert.detail}
          </div>
          <div>
            {t("channels.alerts.opened", { time: format.time(alert.opened_at) })}
            {alert.closed_at && ` · ${t("channels.alerts.closed", { time: format.time(alert.closed_at) })}`}
          </div>
          {alert.acknowledged_at && (
            <div data-testid="alert-acknowledged">
              {t("channels.alerts.acknowledged", {
                by: alert.acknowledged_by,
                time: format.time(alert.acknowledged_at),
                note: alert.note || "–",
              })}
            </div>
          )}
          {!alert.closed_at && <div>{t(`channels.alerts.todo.${alert.kind}`, t("channels.alerts.todo.other"))}</div>}
          {asking && <Acknowledge alert={alert} onClose={() => setAsking(false)} />}
        </>
      }
      action={
        writes &&
        !alert.closed_at &&
        !alert.acknowledged_at && (
          <Button onClick={() => setAsking(true)} data-testid={`acknowledge-${alert.id}`}>
            {t("channels.alerts.acknowledge")}
          </Button>
        )
      }
    />
  );
}

function Acknowledge({ alert, onClose }: { alert: calls.Alert; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [note, setNote] = useState("");
  const say = useMutation({
    mutationFn: () => calls.acknowledge(alert.id, note.trim()),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["channels", "alerts"] });
      onClose();
    },
  });
  return (
    <Modal
      open
      title={t("channels.alerts.acknowledge")}
      okButtonProps={{ "data-testid": "acknowledge-submit" }}
      confirmLoading={say.isPending}
      onOk={() => say.mutate()}
      onCancel={onClose}
    >
      <p>{t("channels.alerts.acknowledgeAbout")}</p>
      <Input.TextArea
        autoSize={{ minRows: 2, maxRows: 6 }}
        maxLength={500}
        value={note}
        aria-label={t("channels.alerts.note")}
        placeholder={t("channels.alerts.note")}
        data-testid="acknowledge-note"
        onChange={(event) => setNote(event.target.value)}
      />
      {say.error && <Problem error={say.error} />}
    </Modal>
  );
}
