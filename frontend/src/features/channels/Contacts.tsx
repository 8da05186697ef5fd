import { useQuery } from "@tanstack/react-query";
import { Empty } from "antd";
import { useTranslation } from "react-i18next";
import { accountsQuery } from "@/api/queries";
import { Waiting } from "@/app/Guard";
import { Problem } from "@/app/Problem";
import { ContactWays } from "./ContactWays";
import { StaffList } from "./StaffList";
import { ContactSyncRow } from "./Syncs";
import { Welcomes } from "./Welcomes";

/** Enterprise WeChat beside messages: codes that lead to staff, what new contacts are told, staff and customers' tags. */
export function Contacts() {
  const { t } = useTranslation();
  const accounts = useQuery(accountsQuery);
  if (accounts.isLoadingError) return <Problem error={accounts.error} onRetry={accounts.refetch} />;
  if (!accounts.data) return <Waiting />;
  const corps = accounts.data.results.filter(({ provider }) => provider === "wecom.corp");
  if (corps.length === 0) return <Empty description={t("channels.contacts.noAccount")} />;
  return (
    <div className="channels-stack">
      <section className="channels-card" aria-labelledby="contacts-sync">
        <h2 id="contacts-sync">{t("channels.sync.title")}</h2>
        {corps.map(({ id, name }) => (
          <div key={id} className="channels-sync">
            {corps.length > 1 && <h3>{name}</h3>}
            <ContactSyncRow accountId={id} />
          </div>
        ))}
      </section>
      <ContactWays accounts={corps} />
      <Welcomes accounts={corps} />
      <StaffList />
    </div>
  );
}
