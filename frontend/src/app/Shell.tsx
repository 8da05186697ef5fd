import {
  CarryOutOutlined,
  LogoutOutlined,
  MobileOutlined,
  NodeIndexOutlined,
  UsergroupAddOutlined,
  UserOutlined,
} from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Dropdown, Layout, Menu } from "antd";
import { Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Link, Outlet, useLocation } from "react-router";
import { api } from "@/api/client";
import { sessionQuery } from "@/api/queries";
import { Brand } from "./Brand";
import { Waiting } from "./Guard";
import { LanguageSwitch } from "./LanguageSwitch";
import { useComplain } from "./Problem";
import { useSession } from "./session";

const PLACES = [
  { key: "journeys", to: "/", icon: <NodeIndexOutlined /> },
  { key: "segments", to: "/segments", icon: <UsergroupAddOutlined /> },
  { key: "tasks", to: "/tasks", icon: <CarryOutOutlined /> },
  { key: "phone", to: "/phone", icon: <MobileOutlined /> },
] as const;

export function UserMenu() {
  const { t } = useTranslation();
  const { user, workspace } = useSession();
  const queries = useQueryClient();
  const complain = useComplain();
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
    {
      key: "leave",
      icon: <LogoutOutlined />,
      label: <span data-testid="sign-out">{t("app.signOut")}</span>,
      onClick: () => leave.mutate(),
    },
  ];
  return (
    <Dropdown menu={{ items }} trigger={["click"]}>
      <Button type="text" icon={<UserOutlined />} data-testid="user-menu">
        {user.name || user.username}
      </Button>
    </Dropdown>
  );
}

export function Shell() {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  return (
    <Layout className="shell">
      <Layout.Header className="shell-head">
        <Link to="/">
          <Brand />
        </Link>
        <Menu
          className="shell-menu"
          mode="horizontal"
          selectedKeys={[PLACES.find(({ key }) => pathname.startsWith(`/${key}`))?.key ?? "journeys"]}
          items={PLACES.map(({ key, to, icon }) => ({
            key,
            icon,
            label: (
              <Link to={to} data-testid={`nav-${key}`}>
                {t(`app.${key}`)}
              </Link>
            ),
          }))}
        />
        <LanguageSwitch />
        <UserMenu />
      </Layout.Header>
      <Layout.Content className="shell-body">
        <Suspense fallback={<Waiting />}>
          <Outlet />
        </Suspense>
      </Layout.Content>
    </Layout>
  );
}
