import { Result } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";

export default function NotFoundPage() {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  return (
    <main className="page" data-testid="not-found">
      <Result
        status="404"
        title={t("app.notFound")}
        subTitle={
          <>
            {t("app.notFoundText")} <code>{pathname}</code>
          </>
        }
        extra={<Link to="/dashboard">{t("app.toDashboard")}</Link>}
      />
    </main>
  );
}
