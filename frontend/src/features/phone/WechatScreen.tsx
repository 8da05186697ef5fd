import { SendOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Space, Spin } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { wechatFollowerQuery, wechatFollowersQuery } from "@/api/queries";
import type { WechatAct, WechatRow } from "@/api/types";
import { Problem, useComplain } from "@/app/Problem";
import { useFormat } from "@/format/useFormat";

/** One follower's WeChat: what the account sent, and everything that a follower can do. */
export function WechatScreen({ appid, openid }: { appid: string; openid: string }) {
  const { t } = useTranslation();
  const complain = useComplain();
  const queries = useQueryClient();
  const { data, error, isPending, refetch } = useQuery(wechatFollowerQuery(appid, openid));
  const [text, setText] = useState("");
  const act = useMutation({
    mutationFn: (body: WechatAct) =>
      api.POST("/api/v1/simulator/wechat/followers/{appid}/{openid}/acts/", {
        params: { path: { appid, openid } },
        body,
      }),
    onSuccess: () => Promise.all([refetch(), queries.invalidateQueries({ queryKey: wechatFollowersQuery.queryKey })]),
    onError: complain,
  });
  const rows = data?.results ?? [];
  const end = useRef<HTMLDivElement>(null);
  const count = rows.length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new message, and nothing else, scrolls the screen to its end
  useEffect(() => {
    end.current?.scrollIntoView({ block: "nearest" });
  }, [count]);
  const write = () => {
    if (!text.trim()) return;
    act.mutate({ act: "write", content: text.trim() });
    setText("");
  };
  const follows = data?.follower?.subscribed ?? false;
  const button = (body: WechatAct, values: Record<string, string> = {}, key = "") => (
    <Button
      key={`${body.act}${key}`}
      size="small"
      data-testid={`act-${body.act}`}
      disabled={act.isPending}
      onClick={() => act.mutate(body)}
    >
      {t(`wechat.act.${body.act}`, values)}
    </Button>
  );
  return (
    <section className="handset" aria-label={openid} data-testid="wechat-screen">
      <header>{openid}</header>
      <div className="handset-body">
        {isPending && <Spin />}
        {error && <Problem error={error} onRetry={refetch} />}
        {rows.map((row) => (
          <Row key={row.id} row={row} />
        ))}
        <div ref={end} />
      </div>
      <footer>
        <Space.Compact block>
          <Input
            value={text}
            placeholder={t("wechat.write")}
            aria-label={t("wechat.write")}
            data-testid="wechat-text"
            disabled={!follows}
            onChange={(event) => setText(event.target.value)}
            onPressEnter={write}
          />
          <Button
            type="primary"
            icon={<SendOutlined />}
            aria-label={t("wechat.send")}
            disabled={!follows || !text.trim()}
            onClick={write}
            data-testid="wechat-send"
          />
        </Space.Compact>
        <Space wrap size={4} className="wechat-acts">
          {button({ act: follows ? "unfollow" : "follow" })}
          {follows && button({ act: "click", key: "MENU" })}
          {follows && button({ act: "locate" })}
          {follows && !data?.follower?.blocked && button({ act: "block" })}
          {data?.qr_codes.map((code) =>
            button({ act: "scan", ticket: code.ticket }, { scene: code.scene }, code.ticket),
          )}
          {data?.subscribe_templates.flatMap((template) =>
            (["accept", "reject", "withdraw"] as const).map((kind) =>
              button({ act: kind, template_id: template.id }, { template: template.id }, template.id),
            ),
          )}
        </Space>
      </footer>
    </section>
  );
}

function Row({ row }: { row: WechatRow }) {
  const { t } = useTranslation();
  const format = useFormat();
  const said = row.direction === "out" && row.kind !== "write";
  return (
    <div className={`bubble bubble-${row.direction}`} data-testid={`wechat-${row.id}`} data-kind={row.kind}>
      <p>
        {row.direction === "in" && <b className="wechat-kind">{t(`wechat.kind.${row.kind}`)}</b>}
        {said && [t(`wechat.did.${row.kind}`), row.content && " · "]}
        <span translate="no">{row.content}</span>
        {row.url && (
          <a href={row.url} target="_blank" rel="noreferrer" className="wechat-link">
            {t("wechat.open")}
          </a>
        )}
        {row.mini_program && <span className="soft">{t("wechat.miniProgram", { page: row.mini_program })}</span>}
      </p>
      <time dateTime={row.at}>
        {format.second(row.at)}
        {row.status && ` · ${t(`phone.status.${row.status}`, { defaultValue: row.status })}`}
      </time>
    </div>
  );
}
