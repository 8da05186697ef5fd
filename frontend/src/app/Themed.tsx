import { App, ConfigProvider } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import type { PropsWithChildren } from "react";
import { useTranslation } from "react-i18next";
import { FONTS, INK } from "./look";

export function Themed({ children }: PropsWithChildren) {
  const { i18n } = useTranslation();
  return (
    <ConfigProvider
      button={{ autoInsertSpace: false }}
      locale={i18n.language === "en" ? enUS : zhCN}
      theme={{
        token: {
          // Dialogs and menus appear at once for who has asked their system for less motion.
          motion: !window.matchMedia?.("(prefers-reduced-motion: reduce)").matches,
          colorPrimary: INK.brand,
          colorInfo: INK.brand,
          colorSuccess: INK.good,
          colorWarning: INK.warn,
          colorSuccessBg: "#e6f7f0",
          colorSuccessBorder: "#b2e2cd",
          colorWarningBg: "#fdf4e3",
          colorWarningBorder: "#f1d9a8",
          colorError: INK.bad,
          colorTextBase: INK.text,
          // The lightest that WCAG lets be read on white: 4.5 to 1.
          colorTextPlaceholder: "#6b7486",
          colorTextDescription: INK.soft,
          colorBgLayout: INK.paper,
          borderRadius: 8,
          fontFamily: FONTS,
          wireframe: false,
        },
        components: {
          Table: { headerBg: "#f7f8fb", headerColor: INK.soft, rowHoverBg: "#f7f9ff" },
          Layout: { headerBg: "#ffffff", headerHeight: 56, headerPadding: "0 20px" },
          Menu: { horizontalItemSelectedColor: INK.brand, activeBarHeight: 2 },
        },
      }}
    >
      <App className="app">{children}</App>
    </ConfigProvider>
  );
}
