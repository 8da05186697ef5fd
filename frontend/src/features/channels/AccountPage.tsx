import { ArrowLeftOutlined, EditOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Descriptions, Popconfirm, Switch, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import * as calls from "@/api/channels";
import { unread } from "@/api/unread";
import { Waiting } from "@/app/Guard";
import { Problem, useComplain } from "@/app/Problem";
import { mayWrite, useSession } from "@/app/session";
import { useFormat } from "@/format/useFormat";
import { AccountForm } from "./AccountForm";
import { AccountHours } from "./AccountHours";
import { AccountStateTag } from "./AccountStateTag";
import { Callbacks } from "./Callbacks";
import { ConnectionTest } from "./ConnectionTest";
import { Syncs } from "./Syncs";
import { channelName, useWords } from "./words";
import "./channels.css";

/** One account: how it is set up, whether it works, what its vendor must be told, and what was read from there. */
export default function AccountPage() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const account = useQuery(calls.accountQuery(id));
  const providers = useQuery(calls.providersQuery);
  const error = unread(account, providers);
  if (error)
    return (
      <main className="page">
        <h1 className="unseen">{t("channels.title")}</h1>
        <Problem error={error} onRetry={() => Promise.all([account.refetch(), providers.refetch()])} />
      </main>
    );
  const provider = providers.data?.results.find((one) => one.name === account.data?.provider);
  if (!account.data || !providers.data || !provider) return <Waiting />;
  return <Shown account={account.data} providers={providers.data} provider={provider} />;
}

interface Props {
  account: calls.Account;
  provider: calls.Provider;
  providers: calls.Providers;
}

function Shown({ account, provider, providers }: Props) {
  const { t } = useTranslation();
  const writes = mayWrite(useSession());
  const [editing, setEditing] = useState(false);
  return (
    <main className="page" data-testid="account-page">
      <header className="page-head">
        <h1>
          <Link to="/channels/accounts" aria-label={t("channels.back")} data-testid="account-back">
            <ArrowLeftOutlined />
          </Link>
          {account.name}
        </h1>
        {writes && <OnOff account={account} />}
        {writes && (
          <Button icon={<EditOutlined />} onClick={() => setEditing(true)} data-testid="account-edit">
            {t("channels.form.change")}
          </Button>
        )}
      </header>
      <div className="channels-grid">
        <div className="channels-stack">
          <Facts account={account} provider={provider} />
          <AccountHours channels={account.channels} />
        </div>
        <div className="channels-stack">
          <ConnectionTest account={account} provider={provider} />
          {provider.callbacks.length > 0 && (
            <Callbacks account={account} provider={provider} publicUrl={providers.public_url} />
          )}
          <Syncs account={account} provider={provider} />
        </div>
      </div>
      {editing && (
        <AccountForm
          providers={providers.results}
          account={account}
          onClose={() => setEditing(false)}
          onSaved={() => setEditing(false)}
        />
      )}
    </main>
  );
}

function OnOff({ account }: { account: calls.Account }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const complain = useComplain();
  const change = useMutation({
    mutationFn: (enabled: boolean) => calls.changeAccount(account.id, { enabled }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["accounts"] }),
    onError: complain,
  });
  const control = (
    <Switch
      checked={account.enabled ?? true}
      loading={change.isPending}
      checkedChildren={t("channels.state.on")}
      unCheckedChildren={t("channels.state.off")}
      aria-label={t("channels.enabled")}
      data-testid="account-enabled"
      {...(account.enabled ? {} : { onChange: () => change.mutate(true) })}
    />
  );
  if (!account.enabled) return control;
  return (
    <Popconfirm
      title={t("channels.disableAsk")}
      okText={t("channels.disable")}
      okButtonProps={{ danger: true, "data-testid": "confirm-disable" }}
      onConfirm={() => change.mutate(false)}
    >
      {control}
    </Popconfirm>
  );
}

function Facts({ account, provider }: Omit<Props, "providers">) {
  const { t } = useTranslation();
  const words = useWords();
  const format = useFormat();
  const stops = useQuery(calls.stopsQuery);
  const alerts = useQuery(calls.openAlertsQuery);
  const settings = account.settings as Record<string, unknown>;
  const secret = (name: string) => account.credential_names.includes(name);
  const shown = (value: unknown) => (typeof value === "object" ? JSON.stringify(value) : String(value));
  return (
    <section className="channels-card" aria-labelledby="account-facts">
      <h2 id="account-facts">{t("channels.facts")}</h2>
      <Descriptions
        column={1}
        size="small"
        items={[
          {
            key: "state",
            label: t("channels.stateTitle"),
            children: (
              <span>
                <AccountStateTag
                  account={account}
                  stops={stops.data?.results ?? []}
                  alerts={alerts.data?.results ?? []}
                />
              </span>
            ),
          },
          { key: "provider", label: t("channels.provider"), children: words(provider.title) },
          {
            key: "channels",
            label: t("channels.channel"),
            children: (
              <span className="tags">
                {account.channels.map((one) => (
                  <Tag key={one}>{channelName(t, one)}</Tag>
                ))}
              </span>
            ),
          },
          { key: "key", label: t("channels.key"), children: account.key },
          { key: "url", label: t("channels.address"), children: account.base_url },
          ...provider.settings
            .filter(({ name }) => settings[name] !== undefined)
            .map((field) => ({
              key: `setting-${field.name}`,
              label: words(field.title),
              children: shown(settings[field.name]),
            })),
          ...provider.credentials.map((field) => ({
            key: `secret-${field.name}`,
            label: words(field.title),
            children: t(secret(field.name) ? "channels.secretSet" : "channels.secretMissing"),
          })),
          {
            key: "rate",
            label: t("channels.rate"),
            children: account.rate ? t("channels.perSecond", { count: account.rate }) : t("channels.noRate"),
          },
          {
            key: "price",
            label: t("channels.price"),
            children: account.price ? `${format.number(Number(account.price))} ${account.currency}` : "–",
          },
          { key: "called", label: t("channels.lastCall"), children: format.time(account.last_call_at) },
        ]}
      />
    </section>
  );
}
