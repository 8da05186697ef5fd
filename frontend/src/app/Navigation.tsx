import { Menu } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";
import { GROUPS, type Place, placeOf } from "./places";

/** Every place of the console by groups; `onGo` is told when one was chosen. */
export function Navigation({ onGo }: { onGo?: () => void }) {
  const { t } = useTranslation();
  const { pathname, search } = useLocation();
  const item = ({ key, to, icon }: Place) => ({
    key,
    icon,
    // What a collapsed navigation says of the icon under the pointer.
    title: t(`app.${key}`),
    label: (
      <Link to={to} data-testid={`nav-${key}`}>
        {t(`app.${key}`)}
      </Link>
    ),
  });
  return (
    <nav aria-label={t("app.navigation")} className="navigation">
      <Menu
        mode="inline"
        selectedKeys={[placeOf(pathname + search)]}
        onClick={onGo}
        items={GROUPS.filter(({ places }) => places.length > 0).map(({ key, places }) => ({
          key: `group-${key}`,
          type: "group" as const,
          label: t(`app.groups.${key}`),
          children: places.map(item),
        }))}
      />
    </nav>
  );
}
