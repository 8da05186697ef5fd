import { Alert } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { administers, useSession } from "@/app/session";

/** What only those who administer the workspace see; the others are told so instead of being refused. */
export function AdminsOnly({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  if (administers(useSession())) return children;
  return <Alert type="info" showIcon title={t("workspace.adminsOnly")} data-testid="admins-only" />;
}
