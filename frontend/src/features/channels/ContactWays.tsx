import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Card, Empty, Image, Popconfirm, QRCode, Space, Tag, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "@/api/channels";
import { Problem, useComplain } from "@/app/Problem";
import { mayWrite, useSession } from "@/app/session";
import { ContactWayForm } from "./ContactWayForm";
import { usePages } from "./usePages";

const CODE_SIZE = 148;

/** Codes through which customers become contacts of staff (渠道活码). */
export function ContactWays({ accounts }: { accounts: readonly { id: string; name: string }[] }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const complain = useComplain();
  const writes = mayWrite(useSession());
  const [editing, setEditing] = useState<calls.ContactWay | "new">();
  const staff = useQuery(calls.staffQuery);
  const tags = useQuery(calls.corpTagsQuery);
  const welcomes = useQuery(calls.welcomesQuery);
  const named = [staff, tags, welcomes];
  const pages = usePages(["channels", "contact-ways"], calls.contactWaysPage, "contact-ways", ...named);
  const again = () => queries.invalidateQueries({ queryKey: ["channels", "contact-ways"] });
  const remove = useMutation({ mutationFn: calls.removeContactWay, onSuccess: again, onError: complain });
  const adopt = useMutation({ mutationFn: calls.adoptContactWays, onSuccess: again, onError: complain });
  const nameOf = (userid: string) => staff.data?.results.find((one) => one.userid === userid)?.name || userid;
  const tagOf = (id: string) => tags.data?.results.find((one) => one.tag_id === id)?.name || id;
  const welcomeOf = (id: string | null | undefined) => welcomes.data?.results.find((one) => one.id === id)?.name;
  return (
    <section className="channels-card" aria-labelledby="contact-ways">
      <div className="channels-sync-head">
        <div>
          <h2 id="contact-ways">{t("channels.ways.title")}</h2>
          <p className="soft">{t("channels.ways.about")}</p>
        </div>
        {writes && (
          <Space wrap>
            {accounts.map(({ id, name }) => (
              <Button key={id} loading={adopt.isPending} onClick={() => adopt.mutate(id)} data-testid="ways-adopt">
                {accounts.length > 1 ? `${t("channels.ways.adopt")} · ${name}` : t("channels.ways.adopt")}
              </Button>
            ))}
            <Button type="primary" onClick={() => setEditing("new")} data-testid="new-contact-way">
              {t("channels.ways.new")}
            </Button>
          </Space>
        )}
      </div>
      {adopt.data && <p role="status">{t("channels.ways.adopted", { count: adopt.data.length })}</p>}
      {Boolean(pages.error) && <Problem error={pages.error} onRetry={pages.refetch} />}
      {pages.empty && <Empty description={t("channels.ways.none")} />}
      <ul className="channels-cards" data-testid="contact-ways">
        {pages.rows.map((way) => (
          <li key={way.id}>
            <Card size="small" title={way.name} data-testid={`contact-way-${way.state}`}>
              <WayPicture way={way} />
              <dl className="channels-facts">
                <dt>{t("channels.ways.state")}</dt>
                <dd>
                  <Typography.Text code copyable>
                    {way.state}
                  </Typography.Text>
                </dd>
                <dt>{t("channels.ways.users")}</dt>
                <dd>{way.users.map(nameOf).join(", ")}</dd>
                <dt>{t("channels.ways.tags")}</dt>
                <dd className="tags">
                  {way.tags.length ? way.tags.map((tag) => <Tag key={tag}>{tagOf(tag)}</Tag>) : "–"}
                </dd>
                <dt>{t("channels.ways.welcome")}</dt>
                <dd>{welcomeOf(way.welcome) ?? t("channels.ways.byState")}</dd>
                <dt>{t("channels.ways.verify")}</dt>
                <dd>{t(way.skip_verify ? "channels.ways.skips" : "channels.ways.asks")}</dd>
              </dl>
              {writes && (
                <Space>
                  <Button size="small" onClick={() => setEditing(way)} aria-label={`${t("channels.edit")} ${way.name}`}>
                    {t("channels.edit")}
                  </Button>
                  <Popconfirm
                    title={t("channels.ways.removeAsk")}
                    okText={t("channels.remove")}
                    okButtonProps={{ danger: true }}
                    onConfirm={() => remove.mutate(way.id)}
                  >
                    <Button size="small" danger aria-label={`${t("channels.remove")} ${way.name}`}>
                      {t("channels.remove")}
                    </Button>
                  </Popconfirm>
                </Space>
              )}
            </Card>
          </li>
        ))}
      </ul>
      {pages.more}
      {editing && (
        <ContactWayForm
          accounts={accounts}
          way={editing === "new" ? undefined : editing}
          staff={staff.data?.results ?? []}
          tags={tags.data?.results ?? []}
          welcomes={welcomes.data?.results ?? []}
          onClose={() => setEditing(undefined)}
        />
      )}
    </section>
  );
}

/** WeCom's own picture; where it cannot be had (a simulated corporation), a code of its address. */
function WayPicture({ way }: { way: calls.ContactWay }) {
  const { t } = useTranslation();
  const [gone, setGone] = useState(false);
  if (!way.qr_code) return <p className="soft">{t("channels.ways.noPicture")}</p>;
  const words = t("channels.ways.pictureOf", { name: way.name });
  if (gone) return <QRCode value={way.qr_code} size={CODE_SIZE} aria-label={words} />;
  return <Image width={CODE_SIZE} height={CODE_SIZE} src={way.qr_code} alt={words} onError={() => setGone(true)} />;
}
