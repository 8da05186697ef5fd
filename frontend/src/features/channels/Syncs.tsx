import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Progress } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "@/api/channels";
import { ApiError } from "@/api/errors";
import { Problem } from "@/app/Problem";
import { mayWrite, useSession } from "@/app/session";
import { useFormat } from "@/format/useFormat";

interface Props {
  account: calls.Account;
}

const EVERY = 1_500;
const BARS = { running: "active", done: "success", failed: "exception" } as const;

/** What can be read from the vendor now, and what became of the last time. */
export function Syncs({ account, provider }: Props & { provider: calls.Provider }) {
  const { t } = useTranslation();
  const kinds = {
    templates: <TemplateSync account={account} />,
    signatures: <SignatureSync account={account} />,
    followers: <FollowerSync account={account} />,
    contacts: <ContactSync account={account} />,
  };
  const offered = (Object.keys(kinds) as (keyof typeof kinds)[]).filter((kind) => provider.offers.includes(kind));
  if (offered.length === 0) return null;
  return (
    <section className="channels-card" aria-labelledby="account-syncs">
      <h2 id="account-syncs">{t("channels.sync.title")}</h2>
      {offered.map((kind) => (
        <div key={kind} className="channels-sync">
          {kinds[kind]}
        </div>
      ))}
    </section>
  );
}

interface RowProps {
  kind: "templates" | "signatures" | "followers" | "contacts";
  pending: boolean;
  error: unknown;
  onGo: () => void;
  children?: ReactNode;
}

function Row({ kind, pending, error, onGo, children }: RowProps) {
  const { t } = useTranslation();
  const writes = mayWrite(useSession());
  return (
    <>
      <div className="channels-sync-head">
        <div>
          <strong>{t(`channels.sync.${kind}`)}</strong>
          <div className="soft">{t(`channels.sync.about.${kind}`)}</div>
        </div>
        {writes && (
          <Button
            loading={pending}
            onClick={onGo}
            aria-label={`${t("channels.sync.go")}: ${t(`channels.sync.${kind}`)}`}
            data-testid={`sync-${kind}`}
          >
            {t("channels.sync.go")}
          </Button>
        )}
      </div>
      <div role="status" data-testid={`sync-result-${kind}`}>
        {children}
      </div>
      {Boolean(error) && <Problem error={error} />}
    </>
  );
}

function TemplateSync({ account }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const queries = useQueryClient();
  const newest = useQuery({
    queryKey: ["templates", "of", account.id],
    queryFn: () => calls.templatesPage({ account: account.id }),
  });
  const last = newest.data?.results
    .map((one) => one.synced_at ?? "")
    .sort()
    .at(-1);
  const sync = useMutation({
    mutationFn: () => calls.syncTemplates(account.id),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["templates"] }),
  });
  return (
    <Row kind="templates" pending={sync.isPending} error={sync.error} onGo={() => sync.mutate()}>
      {sync.data ? (
        <Alert type="success" title={t("channels.sync.templatesDone", { ...sync.data })} />
      ) : (
        <span className="soft">
          {last ? t("channels.sync.last", { time: format.time(last) }) : t("channels.sync.never")}
        </span>
      )}
    </Row>
  );
}

function SignatureSync({ account }: Props) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const sync = useMutation({
    mutationFn: () => calls.syncSignatures(account.id),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["channels", "signatures"] }),
  });
  const approved = sync.data?.filter(({ state }) => state === "approved").length ?? 0;
  return (
    <Row kind="signatures" pending={sync.isPending} error={sync.error} onGo={() => sync.mutate()}>
      {sync.data && (
        <Alert type="success" title={t("channels.sync.signaturesDone", { count: sync.data.length, approved })} />
      )}
    </Row>
  );
}

function FollowerSync({ account }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const queries = useQueryClient();
  const queryKey = ["channels", "followers", account.id];
  const latest = useQuery({
    queryKey,
    queryFn: async () => {
      try {
        return await calls.followerSync(account.id);
      } catch (error) {
        // There has been none yet.
        if (error instanceof ApiError && error.status === 404) return null;
        throw error;
      }
    },
    refetchInterval: (query) => (query.state.data?.state === "running" ? EVERY : false),
  });
  const start = useMutation({
    mutationFn: () => calls.startFollowerSync(account.id),
    onSuccess: (sync) => queries.setQueryData(queryKey, sync),
  });
  const sync = latest.data;
  return (
    <Row
      kind="followers"
      pending={start.isPending || sync?.state === "running"}
      error={start.error ?? latest.error}
      onGo={() => start.mutate()}
    >
      {sync ? (
        <>
          <Progress
            percent={sync.total ? Math.min(100, Math.round((100 * (sync.taken ?? 0)) / sync.total)) : 0}
            status={BARS[sync.state ?? "running"]}
            aria-label={t("channels.sync.followers")}
          />
          <span className="soft">
            {t("channels.sync.followersDone", {
              taken: format.number(sync.taken ?? 0),
              total: format.number(sync.total ?? 0),
              time: format.time(sync.finished_at ?? sync.started_at),
            })}{" "}
            {sync.error}
          </span>
        </>
      ) : (
        <span className="soft">{t("channels.sync.never")}</span>
      )}
    </Row>
  );
}

function ContactSync({ account }: Props) {
  return <ContactSyncRow accountId={account.id} />;
}

/** The reading of staff, tags, customers and groups; the staff list begins it, too. */
export function ContactSyncRow({ accountId }: { accountId: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const queries = useQueryClient();
  const all = useQuery({
    queryKey: ["channels", "contact-syncs"],
    queryFn: calls.contactSyncs,
    refetchInterval: (query) => (query.state.data?.results.some(({ state }) => state === "running") ? EVERY : false),
  });
  const start = useMutation({
    mutationFn: () => calls.startContactSync(accountId),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["channels"] }),
  });
  const sync = all.data?.results.find((one) => one.account === accountId);
  return (
    <Row
      kind="contacts"
      pending={start.isPending || sync?.state === "running"}
      error={start.error ?? all.error}
      onGo={() => start.mutate()}
    >
      {sync ? (
        <Alert
          type={sync.state === "failed" ? "error" : sync.state === "done" ? "success" : "info"}
          title={t(`channels.sync.states.${sync.state}`)}
          description={
            <>
              {t("channels.sync.contactsDone", {
                staff: format.number(sync.staff ?? 0),
                tags: format.number(sync.tags ?? 0),
                customers: format.number(sync.customers ?? 0),
                groups: format.number(sync.groups ?? 0),
                time: format.time(sync.finished_at ?? sync.updated_at),
              })}{" "}
              {sync.code && `${sync.code} ${sync.detail}`}
            </>
          }
        />
      ) : (
        <span className="soft">{t("channels.sync.never")}</span>
      )}
    </Row>
  );
}
