import {
  ApiOutlined,
  AppstoreOutlined,
  AuditOutlined,
  CalculatorOutlined,
  CarryOutOutlined,
  ClockCircleOutlined,
  DashboardOutlined,
  ExportOutlined,
  IdcardOutlined,
  ImportOutlined,
  KeyOutlined,
  LineChartOutlined,
  MessageOutlined,
  MobileOutlined,
  NodeIndexOutlined,
  SafetyOutlined,
  SettingOutlined,
  TagsOutlined,
  TeamOutlined,
  ThunderboltOutlined,
  UsergroupAddOutlined,
  UserOutlined,
  WarningOutlined,
} from "@ant-design/icons";
import type { ReactNode } from "react";

/** A place of the navigation: `app.{key}` is its text, `nav-{key}` its data-testid; it is lit on every address that begins with `to`. */
export interface Place {
  key: string;
  to: string;
  icon: ReactNode;
}

/** `app.groups.{key}` heads the group; a group without places is not shown. */
export interface Group {
  key: "start" | "people" | "data" | "reach" | "settings";
  places: readonly Place[];
}

/** One line a place. */
export const GROUPS: readonly Group[] = [
  {
    key: "start",
    places: [
      { key: "dashboard", to: "/dashboard", icon: <DashboardOutlined /> },
      { key: "journeys", to: "/journeys", icon: <NodeIndexOutlined /> },
      { key: "review", to: "/review", icon: <LineChartOutlined /> },
      { key: "plays", to: "/plays", icon: <AppstoreOutlined /> },
    ],
  },
  {
    key: "people",
    places: [
      { key: "people", to: "/people", icon: <UserOutlined /> },
      { key: "segments", to: "/segments", icon: <UsergroupAddOutlined /> },
      { key: "tags", to: "/tags", icon: <TagsOutlined /> },
      { key: "imports", to: "/imports", icon: <ImportOutlined /> },
      { key: "exports", to: "/exports", icon: <ExportOutlined /> },
      { key: "identities", to: "/identities", icon: <IdcardOutlined /> },
    ],
  },
  {
    key: "data",
    places: [
      { key: "events", to: "/events", icon: <ThunderboltOutlined /> },
      { key: "refused", to: "/events?tab=refused", icon: <WarningOutlined /> },
      { key: "messages", to: "/messages", icon: <MessageOutlined /> },
    ],
  },
  {
    key: "reach",
    places: [
      { key: "channels", to: "/channels", icon: <ApiOutlined /> },
      { key: "tasks", to: "/tasks", icon: <CarryOutOutlined /> },
      { key: "phone", to: "/phone", icon: <MobileOutlined /> },
    ],
  },
  {
    key: "settings",
    places: [
      { key: "workspace", to: "/settings/workspace", icon: <SettingOutlined /> },
      { key: "members", to: "/settings/members", icon: <TeamOutlined /> },
      { key: "keys", to: "/settings/keys", icon: <KeyOutlined /> },
      { key: "rules", to: "/settings/rules", icon: <ClockCircleOutlined /> },
      { key: "counting", to: "/settings/review", icon: <CalculatorOutlined /> },
      { key: "privacy", to: "/settings/privacy", icon: <SafetyOutlined /> },
      { key: "audit", to: "/settings/audit", icon: <AuditOutlined /> },
    ],
  },
];

const ALL = GROUPS.flatMap(({ places }) => places);

/** Where one is: the place whose address agrees furthest; empty where none does. */
export function placeOf(address: string): string {
  const agreeing = ALL.filter(({ to }) => address === to || /^[/?&]/.test(rest(address, to)));
  return agreeing.toSorted((one, other) => other.to.length - one.to.length)[0]?.key ?? "";
}

const rest = (address: string, start: string) => (address.startsWith(start) ? address.slice(start.length) : "");
