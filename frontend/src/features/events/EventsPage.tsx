import { Tabs } from "antd";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { Catalogue } from "./Catalogue";
import { DeadLetters } from "./DeadLetters";
import "./events.css";

/** What came in: the catalogue of events, and what could not be taken. */
export default function EventsPage() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  return (
    <main className="page" data-testid="events-page">
      <header className="page-head">
        <h1>{t("app.events")}</h1>
      </header>
      <Tabs
        activeKey={params.get("tab") ?? "catalogue"}
        onChange={(tab) => setParams({ tab })}
        destroyOnHidden
        items={[
          { key: "catalogue", label: t("events.catalogue"), children: <Catalogue /> },
          { key: "refused", label: t("events.deadLetters"), children: <DeadLetters /> },
        ]}
      />
    </main>
  );
}
