import { useMutation, useQuery } from "@tanstack/react-query";
import { Alert, Button, Card, Space, Table, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "@/api/privacy";
import { Problem } from "@/app/Problem";
import { useSession } from "@/app/session";
import { useFormat } from "@/format/useFormat";
import { Certificate } from "./Certificate";
import { ReasonDialog } from "./ReasonDialog";
import { sourceText } from "./words";

type Act = "unmask" | "export" | "erase";

/** Hands a file to the browser. */
export function saveFile(archive: Blob, name: string) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(archive);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** One person: masked until a reason is given, their consents, a copy of everything, and their erasure. */
export function PersonRights({ person, onErased }: { person: calls.Person; onErased: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const role = useSession().role;
  const [act, setAct] = useState<Act>();
  const [clear, setClear] = useState<calls.ClearPerson>();
  const [certificate, setCertificate] = useState<calls.Erasure>();
  const ledger = useQuery({ queryKey: ["ledger", person.id], queryFn: () => calls.ledgerOf(person.id) });
  const link = useMutation({ mutationFn: () => calls.preferenceLink(person.id) });
  const doing = useMutation({
    mutationFn: async ({ what, reason }: { what: Act; reason: string }) => {
      if (what === "unmask") setClear(await calls.unmask(person.id, reason));
      else if (what === "export") saveFile(await calls.exportPerson(person.id, reason), `person-${person.id}.json`);
      else setCertificate(await calls.erase(person.id, reason));
    },
    onSuccess: () => setAct(undefined),
  });
  if (certificate)
    return (
      <Card title={t("privacy.certificate")} extra={<Button onClick={onErased}>{t("app.close")}</Button>}>
        <Certificate erasure={certificate} />
      </Card>
    );
  const identities = clear
    ? clear.identities.map(({ type, value }) => [type, value] as const)
    : Object.entries(person.identities);
  const attributes = Object.entries(clear?.attributes ?? person.attributes);
  return (
    <Card
      data-testid="person-rights"
      title={String((clear?.attributes ?? person.attributes).name ?? t("tasks.unnamed"))}
      extra={
        <Space wrap>
          {role !== "viewer" && (
            <>
              <Button onClick={() => setAct("unmask")} data-testid="person-unmask">
                {t("privacy.unmask")}
              </Button>
              <Button onClick={() => setAct("export")} data-testid="person-export">
                {t("privacy.export")}
              </Button>
              <Button loading={link.isPending} onClick={() => link.mutate()} data-testid="person-link">
                {t("privacy.makeLink")}
              </Button>
            </>
          )}
          {["owner", "admin"].includes(role) && (
            <Button danger onClick={() => setAct("erase")} data-testid="person-erase">
              {t("privacy.erase")}
            </Button>
          )}
        </Space>
      }
    >
      {doing.error && <Problem error={doing.error} />}
      {link.error && <Problem error={link.error} />}
      {link.data && (
        <Alert
          type="success"
          title={t("privacy.linkMade", { until: format.time(link.data.expires_at) })}
          description={
            <Typography.Text copyable code>
              {link.data.url}
            </Typography.Text>
          }
        />
      )}
      <dl className="privacy-facts">
        {[...identities, ...attributes].map(([name, value]) => (
          <FactRow key={`${name}:${String(value)}`} name={name} value={value} />
        ))}
      </dl>
      <Table<calls.LedgerEntry>
        size="small"
        rowKey="id"
        loading={ledger.isPending}
        dataSource={ledger.data?.results ?? []}
        pagination={false}
        scroll={{ x: 700 }}
        locale={{ emptyText: t("privacy.noConsents") }}
        columns={[
          { title: t("privacy.at"), key: "at", render: (_, entry) => format.time(entry.at) },
          {
            title: t("privacy.channel"),
            key: "channel",
            render: (_, entry) => t(`privacy.channels.${entry.channel}`, entry.channel),
          },
          { title: t("privacy.purpose"), key: "purpose", render: (_, entry) => t(`privacy.purposes.${entry.purpose}`) },
          { title: t("privacy.status"), key: "status", render: (_, entry) => t(`privacy.statuses.${entry.status}`) },
          { title: t("privacy.source"), key: "source", render: (_, entry) => sourceText(t, entry.source) },
          { title: t("privacy.text"), dataIndex: "text_version" },
        ]}
      />
      {act && (
        <ReasonDialog
          title={t(`privacy.${act}`)}
          warning={t(`privacy.${act}Warning`)}
          danger={act === "erase"}
          pending={doing.isPending}
          onReason={(reason) => doing.mutate({ what: act, reason })}
          onClose={() => setAct(undefined)}
        />
      )}
    </Card>
  );
}

function FactRow({ name, value }: { name: string; value: unknown }) {
  const { t } = useTranslation();
  return (
    <>
      <dt className="soft">{t(`imports.identity.${name}`, { defaultValue: name })}</dt>
      <dd>{typeof value === "object" ? JSON.stringify(value) : String(value)}</dd>
    </>
  );
}
