import { App, ConfigProvider, theme } from "antd";
import enUS from "antd/es/locale/en_US";
import zhCN from "antd/es/locale/zh_CN";
import type { PropsWithChildren } from "react";
import { useTranslation } from "react-i18next";
import { FONTS } from "./look";
import { lessMotion } from "./motion";
import { PALETTE } from "./palette";
import { useTheme } from "./theme";

export function Themed({ children }: PropsWithChildren) {
  const { i18n } = useTranslation();
  const mode = useTheme((chosen) => chosen.mode);
  const { token, components } = PALETTE[mode];
  return (
    <ConfigProvider
      button={{ autoInsertSpace: false }}
      locale={i18n.language === "en" ? enUS : zhCN}
      theme={{
        algorithm: mode === "dark" ? theme.darkAlgorithm : theme.defaultAlgorithm,
        token: {
          // Dialogs and menus appear at once for who has asked their system for less motion.
          motion: !lessMotion(),
          borderRadius: 8,
          fontFamily: FONTS,
          wireframe: false,
          ...token,
        },
        components: {
          ...components,
          Layout: { ...components.Layout, headerHeight: 56, headerPadding: "0 16px" },
        },
      }}
    >
      <App className="app">{children}</App>
    </ConfigProvider>
  );
}
