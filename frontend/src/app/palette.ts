/** What antd needs as plain values of colours.css; it derives others from them. A test compares the two. */

import type { ThemeConfig } from "antd";
import type { Mode } from "./theme";

interface Palette {
  token: NonNullable<ThemeConfig["token"]>;
  components: NonNullable<ThemeConfig["components"]>;
}

export const PALETTE: Record<Mode, Palette> = {
  light: {
    token: {
      colorPrimary: "#3451d1",
      colorInfo: "#3451d1",
      colorLink: "#3451d1",
      colorSuccess: "#0b8a5f",
      colorWarning: "#b86e00",
      colorError: "#cf3341",
      colorSuccessBg: "#e6f7f0",
      colorSuccessBorder: "#b2e2cd",
      colorWarningBg: "#fdf4e3",
      colorWarningBorder: "#f1d9a8",
      colorTextBase: "#1c2434",
      // The lightest that WCAG lets be read on white: 4.5 to 1.
      colorTextPlaceholder: "#6b7486",
      colorTextDescription: "#5b6475",
      colorTextTertiary: "#5b6475",
      colorBgLayout: "#f4f6fa",
    },
    components: {
      // White words can be read on a switch that is off, too.
      Switch: { colorTextQuaternary: "#6b7486", colorTextTertiary: "#5b6475" },
      Table: { headerBg: "#f7f8fb", headerColor: "#5b6475", rowHoverBg: "#f7f9ff" },
      Layout: { headerBg: "#ffffff", siderBg: "#ffffff", lightSiderBg: "#ffffff" },
      // The inks of states are made for white; on a tag's own tint only darker ones can be read (WCAG: 4.5 to 1).
      Tag: { colorSuccess: "#07694a", colorWarning: "#8a5200", colorError: "#a82632", colorInfo: "#2f47b8" },
    },
  },
  dark: {
    token: {
      colorPrimary: "#93a7ff",
      colorInfo: "#93a7ff",
      colorLink: "#93a7ff",
      colorSuccess: "#3fcf9b",
      colorWarning: "#f0b14a",
      colorError: "#ff8089",
      colorTextBase: "#e6eaf2",
      colorTextPlaceholder: "#8d97aa",
      colorTextDescription: "#a3adbf",
      colorTextTertiary: "#a3adbf",
      colorBgBase: "#10141c",
      colorBgLayout: "#10141c",
      colorBgContainer: "#181d28",
      colorBgElevated: "#1f2532",
      colorBorder: "#3a4356",
      colorBorderSecondary: "#2b3242",
    },
    components: {
      // White words on it can be read (WCAG: 4.5 to 1); on the light primary colour they cannot.
      Switch: {
        colorPrimary: "#4a5dbf",
        colorPrimaryHover: "#5668ca",
        colorTextQuaternary: "#5b6475",
        colorTextTertiary: "#687286",
      },
      // Light colours carry dark text.
      Menu: { itemSelectedColor: "#c3ceff", itemSelectedBg: "#252f57" },
      Button: { primaryColor: "#10141c", dangerColor: "#10141c" },
      Badge: { colorError: "#c93341" },
      Table: { headerBg: "#1d2330", headerColor: "#a3adbf", rowHoverBg: "#1f2636" },
      Layout: { headerBg: "#181d28", siderBg: "#181d28", lightSiderBg: "#181d28" },
      Tag: { colorSuccess: "#6fe0b8", colorWarning: "#f5c979", colorError: "#ffa3aa", colorInfo: "#b3c1ff" },
    },
  },
};
