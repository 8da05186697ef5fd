import { Tabs } from "antd";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { MailTab } from "./MailTab";
import { SmsTab } from "./SmsTab";
import "../review/review.css";
import "./phone.css";

const TABS = { sms: SmsTab, mail: MailTab } as const;

/** What customers of this installation would see while no real provider is connected: a tab for each kind of screen. */
export default function PhonePage() {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const wanted = search.get("tab") ?? "";
  return (
    <main className="page">
      <header className="page-head">
        <h1>{t("phone.title")}</h1>
      </header>
      <p className="soft phone-intro">{t("phone.intro")}</p>
      <Tabs
        activeKey={wanted in TABS ? wanted : "sms"}
        onChange={(tab) => setSearch(tab === "sms" ? {} : { tab })}
        destroyOnHidden
        items={Object.entries(TABS).map(([key, Tab]) => ({ key, label: t(`phone.tab.${key}`), children: <Tab /> }))}
      />
    </main>
  );
}
