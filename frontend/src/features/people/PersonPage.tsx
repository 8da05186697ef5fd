import { useQuery } from "@tanstack/react-query";
import { Button, Spin, Tabs } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { overviewQuery } from "@/api/people";
import { Problem } from "@/app/Problem";
import { mayWrite, useSession } from "@/app/session";
import { MergeHistory } from "@/features/identity/MergeHistory";
import { useFilters } from "@/lists/useFilters";
import { Attributes } from "./Attributes";
import { Consents } from "./Consents";
import { Facts } from "./Facts";
import { MergeDialog } from "./MergeDialog";
import { nameOf } from "./PeoplePage";
import { PersonActs } from "./PersonActs";
import { Runs } from "./Runs";
import { Tags } from "./Tags";
import { Timeline } from "./Timeline";
import "./people.css";

/** Everything that is known about one person, what happened to them and why, and what can be done for them. */
export default function PersonPage() {
  const { id = "" } = useParams();
  return <ThePerson key={id} id={id} />;
}

function ThePerson({ id }: { id: string }) {
  const { t } = useTranslation();
  const writes = mayWrite(useSession());
  const [filters, put] = useFilters(["tab", "run"] as const);
  const [merging, setMerging] = useState(false);
  const { data: person, error, isLoadingError, refetch } = useQuery(overviewQuery(id));
  if (isLoadingError) return <Problem error={error} onRetry={refetch} />;
  if (!person) {
    return (
      <div className="centred">
        <Spin />
      </div>
    );
  }
  const tabs = [
    { key: "timeline", label: t("profiles.timeline"), children: <Timeline id={person.id} /> },
    {
      key: "journeys",
      label: t("profiles.journeys"),
      children: <Runs id={person.id} open={filters.run} onOpen={(run) => put("run", run)} />,
    },
    { key: "attributes", label: t("profiles.attributes"), children: <Attributes person={person} writes={writes} /> },
    { key: "tags", label: t("profiles.tags"), children: <Tags id={person.id} writes={writes} /> },
    { key: "consents", label: t("profiles.consents"), children: <Consents id={person.id} writes={writes} /> },
    {
      key: "merges",
      label: t("profiles.merges"),
      children: (
        <>
          {writes && (
            <p>
              <Button onClick={() => setMerging(true)} data-testid="person-merge">
                {t("profiles.merge")}
              </Button>
            </p>
          )}
          <MergeHistory person={person.id} />
        </>
      ),
    },
  ];
  return (
    <main className="page" data-testid="person-page" data-person={person.id}>
      <header className="page-head">
        <h1>{nameOf(person.attributes) || t("tasks.unnamed")}</h1>
        <Link to="/people">{t("profiles.all")}</Link>
        <PersonActs id={person.id} />
      </header>
      <div className="person-grid">
        <Facts person={person} />
        <section className="sheet person-main">
          <Tabs
            activeKey={filters.tab ?? "timeline"}
            items={tabs.map((tab) => ({
              ...tab,
              label: <span data-testid={`person-tab-${tab.key}`}>{tab.label}</span>,
            }))}
            onChange={(tab) => put("tab", tab === "timeline" ? undefined : tab)}
          />
        </section>
      </div>
      {merging && <MergeDialog id={person.id} onClose={() => setMerging(false)} />}
    </main>
  );
}
