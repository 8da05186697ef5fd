import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { RulesPage as OwnRules } from "@/features/channels/RulesPage";
import "./settings.css";

/** The workspace's rules of sending, where whoever looks for settings finds them. */
export default function RulesPage() {
  const { t } = useTranslation();
  return (
    <main className="page settings" data-testid="sending-rules-page">
      <header className="page-head">
        <h1>{t("app.rules")}</h1>
      </header>
      <p className="soft with-links">
        {t("workspace.rulesAbout")} <Link to="/channels/quotas">{t("channels.tabs.quotas")}</Link>
      </p>
      <OwnRules />
    </main>
  );
}
