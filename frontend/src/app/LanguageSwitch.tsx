import { GlobalOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { language, speak } from "@/i18n";

export function LanguageSwitch() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const other = language() === "en" ? "zh-CN" : "en";
  return (
    <Button
      type="text"
      icon={<GlobalOutlined />}
      aria-label={t("app.switchLanguage")}
      data-testid="language-switch"
      onClick={async () => {
        await speak(other);
        // The server words its issues and errors by Accept-Language.
        await queries.invalidateQueries();
      }}
    >
      {other === "en" ? "English" : "中文"}
    </Button>
  );
}
