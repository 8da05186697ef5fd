import { CloseCircleFilled } from "@ant-design/icons";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useRouteError } from "react-router";

/** What is shown when a page itself fails, with what it said, instead of nothing. */
export function Broken() {
  const { t } = useTranslation();
  const error = useRouteError();
  return (
    <main className="broken" role="alert">
      <CloseCircleFilled className="broken-sign" />
      <h1>{t("app.broken")}</h1>
      <p className="soft">{error instanceof Error ? error.message : String(error)}</p>
      <Button onClick={() => window.location.reload()}>{t("app.reload")}</Button>
    </main>
  );
}
