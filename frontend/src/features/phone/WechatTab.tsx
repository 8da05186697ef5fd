import { useQuery } from "@tanstack/react-query";
import { Button, Empty, Input, Select, Spin, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { wechatFollowersQuery } from "@/api/queries";
import { Problem } from "@/app/Problem";
import { WechatScreen } from "./WechatScreen";

/** The followers of the simulated WeChat accounts, and the phone of one of them. */
export function WechatTab() {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const [filter, setFilter] = useState("");
  const { data, error, isPending, refetch } = useQuery(wechatFollowersQuery);
  const accounts = data?.accounts ?? [];
  const appid = accounts.find((account) => account.appid === search.get("appid"))?.appid ?? accounts[0]?.appid;
  const wanted = filter.trim();
  const rows = (data?.results ?? []).filter((row) => row.appid === appid && row.openid.includes(wanted));
  const openid = search.get("openid") ?? rows[0]?.openid;
  const choose = (key: string, value: string) =>
    setSearch((before) => {
      before.set(key, value);
      return before;
    });
  return (
    <div className="phone-grid">
      <section className="panel phone-list" aria-label={t("wechat.list")}>
        {accounts.length > 1 && (
          <Select
            style={{ width: "100%", marginBottom: 8 }}
            value={appid}
            aria-label={t("wechat.account")}
            options={accounts.map((account) => ({ value: account.appid, label: account.name }))}
            onChange={(value) => choose("appid", value)}
          />
        )}
        <Input
          allowClear
          placeholder={t("wechat.filter")}
          aria-label={t("wechat.filter")}
          data-testid="wechat-filter"
          onChange={(event) => setFilter(event.target.value)}
        />
        {isPending && <Spin />}
        {error && <Problem error={error} onRetry={refetch} />}
        {data && !appid && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("wechat.noAccount")} />}
        {appid && wanted && !rows.some((row) => row.openid === wanted) && (
          <Button type="link" data-testid="wechat-new" onClick={() => choose("openid", wanted)}>
            {t("wechat.new")}
          </Button>
        )}
        {appid && !wanted && rows.length === 0 && (
          <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("wechat.none")} />
        )}
        <ul>
          {rows.map((row) => (
            <li key={row.openid}>
              <button
                type="button"
                aria-current={row.openid === openid}
                data-testid={`follower-${row.openid}`}
                onClick={() => choose("openid", row.openid)}
              >
                <b className="wechat-openid">{row.openid}</b>
                <Tag color={row.subscribed ? "success" : "default"}>
                  {t(row.subscribed ? "wechat.following" : "wechat.gone")}
                </Tag>
              </button>
            </li>
          ))}
        </ul>
      </section>
      {appid && openid ? (
        <WechatScreen key={`${appid} ${openid}`} appid={appid} openid={openid} />
      ) : (
        <section className="handset handset-off" />
      )}
    </div>
  );
}
