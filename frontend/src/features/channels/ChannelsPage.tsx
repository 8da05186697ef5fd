import { Tabs } from "antd";
import type { ComponentType } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, useNavigate, useParams } from "react-router";
import { Accounts } from "./Accounts";
import { AlertList } from "./AlertList";
import { Contacts } from "./Contacts";
import { QrCodes } from "./QrCodes";
import { Quotas } from "./Quotas";
import { RulesPage } from "./RulesPage";
import { Signatures } from "./Signatures";
import { Templates } from "./Templates";
import "./channels.css";

const TABS: Record<string, ComponentType> = {
  accounts: Accounts,
  templates: Templates,
  signatures: Signatures,
  quotas: Quotas,
  codes: QrCodes,
  contacts: Contacts,
  rules: RulesPage,
  alerts: AlertList,
};

/** How messages leave: accounts, texts, what may be sent and what is used of it, codes and staff, rules, alerts. */
export default function ChannelsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { tab = "accounts" } = useParams();
  if (!TABS[tab]) return <Navigate to="/channels/accounts" replace />;
  return (
    <main className="page" data-testid="channels-page">
      <header className="page-head">
        <h1>{t("channels.title")}</h1>
      </header>
      <Tabs
        activeKey={tab}
        destroyOnHidden
        onChange={(key) => navigate(`/channels/${key}`)}
        items={Object.entries(TABS).map(([key, Tab]) => ({
          key,
          label: <span data-testid={`channels-tab-${key}`}>{t(`channels.tabs.${key}`)}</span>,
          children: <Tab />,
        }))}
      />
    </main>
  );
}
