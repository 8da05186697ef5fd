import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Empty, Select, Spin, Tag } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, dataOf } from "@/api/client";
import { wecomQuery } from "@/api/queries";
import type { CorpScreen } from "@/api/types";
import { Problem, useComplain } from "@/app/Problem";
import { useFormat } from "@/format/useFormat";
import "./wecom.css";

/** The simulated enterprise WeChat: what members are told and asked to send, and what customers get. */
export function WecomTab() {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery(wecomQuery);
  return (
    <div className="wecom" data-testid="wecom-tab">
      {isPending && <Spin />}
      {error && <Problem error={error} onRetry={refetch} />}
      {data?.results.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("wecom.none")} />}
      {data?.results.map((corp) => (
        <Corp key={corp.corp_id} corp={corp} />
      ))}
    </div>
  );
}

function useAct<Body>(act: (body: Body) => Promise<unknown>) {
  const complain = useComplain();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: () => queries.invalidateQueries({ queryKey: wecomQuery.queryKey }),
    onError: complain,
  });
}

function Corp({ corp }: { corp: CorpScreen }) {
  const { t } = useTranslation();
  return (
    <section aria-label={corp.corp_id}>
      <h2>{corp.corp_id}</h2>
      <Scan corp={corp} />
      <div className="wecom-grid">
        <List title={t("wecom.staff")} empty={t("wecom.noStaff")}>
          {corp.app_messages.map((row) => (
            <Row key={row.id} who={row.userid} at={row.at} text={row.text}>
              {row.url && (
                <a href={row.url} target="_blank" rel="noreferrer">
                  {t("wecom.open")}
                </a>
              )}
            </Row>
          ))}
        </List>
        <List title={t("wecom.tasks")} empty={t("wecom.noTasks")}>
          {corp.tasks.map((task) => (
            <Task key={`${task.msgid}/${task.userid}`} corp={corp.corp_id} task={task} />
          ))}
        </List>
        <List title={t("wecom.customers")} empty={t("wecom.noCustomers")}>
          {corp.inbox.map((row) => (
            <Row key={row.id} who={nameOf(corp, row.external_userid)} at={row.at} text={row.text}>
              <Tag>{t(`wecom.kind.${row.kind}`)}</Tag>
            </Row>
          ))}
        </List>
      </div>
    </section>
  );
}

const nameOf = (corp: CorpScreen, customer: string) =>
  corp.customers.find((row) => row.external_userid === customer)?.name ?? customer;

function List({ title, empty, children }: { title: string; empty: string; children: ReactNode[] }) {
  return (
    <section className="panel wecom-list" aria-label={title}>
      <h3>{title}</h3>
      {children.length === 0 ? <p className="soft">{empty}</p> : <ul>{children}</ul>}
    </section>
  );
}

function Row({ who, at, text, children }: { who: string; at: string; text: string; children?: ReactNode }) {
  const format = useFormat();
  return (
    <li>
      <b>{who}</b> <time className="soft">{format.time(at)}</time>
      <p translate="no">{text}</p>
      {children}
    </li>
  );
}

/** A mass message waits until the member sends it from their client. */
function Task({ corp, task }: { corp: string; task: CorpScreen["tasks"][number] }) {
  const { t } = useTranslation();
  const confirm = useAct((body: { msgid: string; userid: string }) =>
    dataOf(api.POST("/api/v1/simulator/wecom/{corp}/confirm/", { params: { path: { corp } }, body })),
  );
  const waiting = task.open > 0 && !task.cancelled;
  return (
    <Row who={task.userid} at={task.at} text={task.text}>
      <Tag>{task.cancelled ? t("wecom.cancelled") : t("wecom.open_of", { open: task.open, all: task.customers })}</Tag>
      {waiting && (
        <Button
          size="small"
          loading={confirm.isPending}
          data-testid={`confirm-${task.msgid}`}
          onClick={() => confirm.mutate({ msgid: task.msgid, userid: task.userid })}
        >
          {t("wecom.confirm")}
        </Button>
      )}
    </Row>
  );
}

/** A customer adds a member: directly, or through the code of a contact way. */
function Scan({ corp }: { corp: CorpScreen }) {
  const { t } = useTranslation();
  const ways = corp.contact_ways.map((way) => ({ value: `way:${way.config_id}`, label: way.state || way.config_id }));
  const members = corp.members.map((member) => ({
    value: `user:${member.userid}`,
    label: member.name || member.userid,
  }));
  const [chosen, choose] = useState<string>();
  const target = chosen ?? ways[0]?.value ?? members[0]?.value;
  const scan = useAct((to: string) => {
    const id = to.slice(to.indexOf(":") + 1);
    const body = to.startsWith("way:") ? { config_id: id } : { userid: id };
    return dataOf(
      api.POST("/api/v1/simulator/wecom/{corp}/scans/", {
        params: { path: { corp: corp.corp_id } },
        body: { ...body, name: t("wecom.newCustomer") },
      }),
    );
  });
  return (
    <div className="wecom-scan">
      <Select
        aria-label={t("wecom.through")}
        value={target}
        onChange={choose}
        options={[
          { label: t("wecom.ways"), options: ways },
          { label: t("wecom.members"), options: members },
        ]}
      />
      <Button
        type="primary"
        disabled={!target}
        loading={scan.isPending}
        data-testid="wecom-scan"
        onClick={() => target && scan.mutate(target)}
      >
        {t("wecom.scan")}
      </Button>
    </div>
  );
}
