import { MenuFoldOutlined, MenuOutlined, MenuUnfoldOutlined } from "@ant-design/icons";
import { Button, Grid, Layout } from "antd";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, Outlet } from "react-router";
import { Brand } from "./Brand";
import { Waiting } from "./Guard";
import { LanguageSwitch } from "./LanguageSwitch";
import { Navigation } from "./Navigation";
import { useRemembered } from "./remembered";
import { UserMenu } from "./UserMenu";

const PlacesDrawer = lazy(() => import("./PlacesDrawer"));
const WIDE = 220;
const NARROW = 64;

/** The frame of every page but the canvas: places at the left, who one is at the top. Below 992 px the places are a drawer. */
export function Shell() {
  const { t } = useTranslation();
  const [sider, setSider] = useRemembered("sider", "open");
  const [drawer, setDrawer] = useState(false);
  // Until the browser has told its width, it is taken for a wide one: nothing then moves on a desk.
  const wide = Grid.useBreakpoint().lg !== false;
  const folded = sider === "folded";
  const toggle = () => (wide ? setSider(folded ? "open" : "folded") : setDrawer(true));
  return (
    <Layout className="shell" hasSider={wide}>
      <a className="skip" href="#content">
        {t("app.skip")}
      </a>
      {wide && (
        <Layout.Sider
          className="shell-sider"
          theme="light"
          width={WIDE}
          collapsedWidth={NARROW}
          collapsed={folded}
          trigger={null}
        >
          <Link to="/" className="shell-brand" aria-label={folded ? t("app.home") : undefined}>
            <Brand short={folded} />
          </Link>
          <Navigation />
        </Layout.Sider>
      )}
      <Layout className="shell-main">
        <Layout.Header className="shell-head">
          <Button
            type="text"
            icon={wide ? folded ? <MenuUnfoldOutlined /> : <MenuFoldOutlined /> : <MenuOutlined />}
            aria-label={t(wide && !folded ? "app.fold" : "app.unfold")}
            aria-expanded={wide ? !folded : drawer}
            data-testid="nav-toggle"
            onClick={toggle}
          />
          {!wide && (
            <Link to="/">
              <Brand />
            </Link>
          )}
          <span className="shell-gap" />
          <LanguageSwitch />
          <UserMenu />
        </Layout.Header>
        <Layout.Content className="shell-body" id="content" tabIndex={-1}>
          <Suspense fallback={<Waiting />}>
            <Outlet />
          </Suspense>
        </Layout.Content>
      </Layout>
      {!wide && (
        <Suspense>
          <PlacesDrawer open={drawer} onClose={() => setDrawer(false)} />
        </Suspense>
      )}
    </Layout>
  );
}
