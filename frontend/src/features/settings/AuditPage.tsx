import { useTranslation } from "react-i18next";
import { AuditLog } from "@/features/privacy/AuditLog";
import { AdminsOnly } from "./AdminsOnly";
import "@/features/privacy/privacy.css";
import "./settings.css";

export default function AuditPage() {
  const { t } = useTranslation();
  return (
    <main className="page settings" data-testid="audit-page">
      <header className="page-head">
        <h1>{t("app.audit")}</h1>
      </header>
      <AdminsOnly>
        <p className="soft">{t("workspace.auditAbout")}</p>
        <AuditLog />
      </AdminsOnly>
    </main>
  );
}
