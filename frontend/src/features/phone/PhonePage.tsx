import { Tabs } from "antd";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { FaultSwitches } from "./FaultSwitches";
import { TABS } from "./tabs";
import "../review/review.css";
import "./phone.css";

/** The simulated phones: what customers of this installation would see while no real provider is connected. */
export default function PhonePage() {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const chosen = TABS.find((tab) => tab.key === search.get("tab"))?.key ?? TABS[0]?.key;
  return (
    <main className="page">
      <header className="page-head">
        <h1>{t("phone.title")}</h1>
      </header>
      <p className="soft phone-intro">{t("phone.intro")}</p>
      <div className="phone-layout">
        <Tabs
          activeKey={chosen}
          destroyOnHidden
          onChange={(tab) => setSearch({ tab })}
          items={TABS.map(({ key, Tab }) => ({ key, label: t(`phone.tab.${key}`), children: <Tab /> }))}
        />
        <FaultSwitches />
      </div>
    </main>
  );
}
