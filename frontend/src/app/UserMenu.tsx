import {
  CompassOutlined,
  DesktopOutlined,
  LogoutOutlined,
  MoonOutlined,
  SunOutlined,
  UserOutlined,
} from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Dropdown } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api } from "@/api/client";
import { sessionQuery } from "@/api/queries";
import { useComplain } from "./Problem";
import { useSession } from "./session";
import { CHOICES, useTheme } from "./theme";
import { useTours } from "./tour/tours";

const THEME_ICON = { light: <SunOutlined />, dark: <MoonOutlined />, system: <DesktopOutlined /> };

export function UserMenu() {
  const { t } = useTranslation();
  const { user, workspace } = useSession();
  const queries = useQueryClient();
  const complain = useComplain();
  const theme = useTheme();
  const restart = useTours((tours) => tours.restart);
  const leave = useMutation({
    mutationFn: () => api.DELETE("/api/v1/session/"),
    onSuccess: () => {
      queries.setQueryData(sessionQuery.queryKey, null);
      // What the next operator may see is asked for anew.
      queries.removeQueries({ predicate: (query) => query.queryKey[0] !== sessionQuery.queryKey[0] });
    },
    onError: complain,
  });
  const items = [
    { key: "workspace", label: `${workspace.name} · ${workspace.timezone}`, disabled: true },
    { type: "divider" as const },
    ...CHOICES.map((choice) => ({
      key: `theme-${choice}`,
      icon: THEME_ICON[choice],
      label: (
        <span data-testid={`theme-${choice}`} aria-current={theme.choice === choice}>
          {t(`app.themes.${choice}`)}
        </span>
      ),
      onClick: () => theme.choose(choice),
    })),
    { type: "divider" as const },
    {
      key: "me",
      icon: <UserOutlined />,
      label: (
        <Link to="/settings/me" data-testid="own-account">
          {t("app.me")}
        </Link>
      ),
    },
    {
      key: "tour",
      icon: <CompassOutlined />,
      label: <span data-testid="tour-restart">{t("app.tour")}</span>,
      onClick: () => restart(user.id),
    },
    {
      key: "leave",
      icon: <LogoutOutlined />,
      label: <span data-testid="sign-out">{t("app.signOut")}</span>,
      onClick: () => leave.mutate(),
    },
  ];
  return (
    <Dropdown menu={{ items, selectedKeys: [`theme-${theme.choice}`] }} trigger={["click"]}>
      <Button type="text" icon={<UserOutlined />} data-testid="user-menu">
        {user.name || user.username}
      </Button>
    </Dropdown>
  );
}
