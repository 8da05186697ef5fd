import { Tabs } from "antd";
import { useTranslation } from "react-i18next";
import { useSession } from "@/app/session";
import { useFilters } from "@/lists/useFilters";
import { AuditLog } from "./AuditLog";
import { ConsentTexts } from "./ConsentTexts";
import { Erasures } from "./Erasures";
import { PeopleRights } from "./PeopleRights";
import { RulesForm } from "./RulesForm";
import { Suppressions } from "./Suppressions";
import "./privacy.css";

/** Who sees what, what people agreed to, who must be left alone, who looked at whom, and what people may ask for. */
export default function PrivacyPage() {
  const { t } = useTranslation();
  const administers = ["owner", "admin"].includes(useSession().role);
  const [{ tab = "people" }, put] = useFilters(["tab"] as const);
  const tabs = [
    { key: "people", children: <PeopleRights /> },
    { key: "texts", children: <ConsentTexts administers={administers} /> },
    { key: "suppressions", children: <Suppressions /> },
    { key: "rules", children: <RulesForm administers={administers} /> },
    { key: "erasures", children: <Erasures /> },
    ...(administers ? [{ key: "audit", children: <AuditLog /> }] : []),
  ];
  return (
    <main className="page privacy" data-testid="privacy-page">
      <header className="page-head">
        <h1>{t("privacy.title")}</h1>
      </header>
      <Tabs
        activeKey={tab}
        onChange={(key) => put("tab", key === "people" ? undefined : key)}
        destroyOnHidden
        items={tabs.map((one) => ({
          ...one,
          label: <span data-testid={`privacy-tab-${one.key}`}>{t(`privacy.tabs.${one.key}`)}</span>,
        }))}
      />
    </main>
  );
}
