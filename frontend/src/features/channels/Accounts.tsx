import { PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Empty, Select, Table, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { type AccountRow, openAlertsQuery, providersQuery, stopsQuery } from "@/api/channels";
import { accountsQuery } from "@/api/queries";
import { unread } from "@/api/unread";
import { Problem } from "@/app/Problem";
import { mayWrite, useSession } from "@/app/session";
import { useFormat } from "@/format/useFormat";
import { AccountForm } from "./AccountForm";
import { AccountStateTag } from "./AccountStateTag";
import { channelName, useWords } from "./words";

/** Where messages leave: the workspace's accounts at its providers, and whether each of them can send now. */
export function Accounts() {
  const { t } = useTranslation();
  const words = useWords();
  const format = useFormat();
  const navigate = useNavigate();
  const writes = mayWrite(useSession());
  const [channel, setChannel] = useState<string>();
  const [making, setMaking] = useState(false);
  const accounts = useQuery(accountsQuery);
  const providers = useQuery(providersQuery);
  const alerts = useQuery(openAlertsQuery);
  const stops = useQuery(stopsQuery);
  const all = [accounts, providers, alerts, stops];
  const error = unread(...all);
  if (error) return <Problem error={error} onRetry={() => Promise.all(all.map(({ refetch }) => refetch()))} />;
  // Without the others an account would be named by a code and shown as able to send.
  const whole = all.every(({ isSuccess }) => isSuccess);
  const rows = ((whole && accounts.data?.results) || []) as AccountRow[];
  const known = [...new Set(rows.flatMap((row) => row.channels))];
  const nameOf = (provider: string) => {
    const found = providers.data?.results.find((one) => one.name === provider);
    return found ? words(found.title) : provider;
  };
  return (
    <>
      <div className="channels-tools">
        <Select
          allowClear
          className="page-search"
          value={channel}
          placeholder={t("channels.allChannels")}
          aria-label={t("channels.channel")}
          data-testid="accounts-channel"
          options={known.map((value) => ({ value, label: channelName(t, value) }))}
          onChange={setChannel}
        />
        {writes && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)} data-testid="new-account">
            {t("channels.form.new")}
          </Button>
        )}
      </div>
      <Table<AccountRow>
        className="sheet"
        rowKey="id"
        data-testid="accounts-table"
        loading={!whole}
        dataSource={rows.filter((row) => !channel || row.channels.includes(channel))}
        pagination={false}
        scroll={{ x: 900 }}
        locale={{ emptyText: whole ? <Empty description={t("channels.noAccounts")} /> : " " }}
        columns={[
          {
            title: t("channels.name"),
            key: "name",
            render: (_, row) => (
              <>
                <Link to={`/channels/accounts/${row.id}`} data-testid={`account-${row.key}`}>
                  {row.name}
                </Link>
                <div className="soft">{row.key}</div>
              </>
            ),
          },
          { title: t("channels.provider"), key: "provider", render: (_, row) => nameOf(row.provider) },
          {
            title: t("channels.channel"),
            key: "channel",
            render: (_, row) => (
              <span className="tags">
                {row.channels.map((one) => (
                  <Tag key={one}>{channelName(t, one)}</Tag>
                ))}
              </span>
            ),
          },
          {
            title: t("channels.stateTitle"),
            key: "state",
            render: (_, row) => (
              <AccountStateTag account={row} stops={stops.data?.results ?? []} alerts={alerts.data?.results ?? []} />
            ),
          },
          {
            title: t("channels.rate"),
            key: "rate",
            render: (_, row) => (row.rate ? t("channels.perSecond", { count: row.rate }) : t("channels.noRate")),
          },
          {
            title: t("channels.price"),
            key: "price",
            render: (_, row) => (row.price ? `${format.number(Number(row.price))} ${row.currency}` : "–"),
          },
        ]}
      />
      {making && (
        <AccountForm
          providers={providers.data?.results ?? []}
          onClose={() => setMaking(false)}
          onSaved={(saved) => navigate(`/channels/accounts/${saved.id}`)}
        />
      )}
    </>
  );
}
