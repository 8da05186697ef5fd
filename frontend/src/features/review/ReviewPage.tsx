import { BookOutlined, EditOutlined, ExperimentOutlined, ScheduleOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Tabs } from "antd";
import { type ReactNode, useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { type Version, versionsQuery } from "@/api/life";
import { journeyQuery, reviewQuery } from "@/api/queries";
import { REVIEW_FILTERS, type ReviewFilters } from "@/api/review";
import { type ConvertedGoal, conversionsQuery } from "@/api/reviewOrders";
import { type Behind, type FunnelAnswer, funnelQuery } from "@/api/reviewPaths";
import type { Journey, Review } from "@/api/types";
import { unread } from "@/api/unread";
import { Waiting } from "@/app/Guard";
import { Problem } from "@/app/Problem";
import { mayWrite, useSession } from "@/app/session";
import { useFilters } from "@/lists/useFilters";
import { StateTag } from "../journeys/StateTag";
import { SaveAsPlay } from "../plays/SaveAsPlay";
import { Attribution } from "./Attribution";
import { Compare } from "./Compare";
import { Conversions } from "./Conversions";
import { Cost } from "./Cost";
import { Experiments } from "./Experiments";
import { ExportButton } from "./ExportButton";
import { Figures } from "./Figures";
import { Filters } from "./Filters";
import { Freshness } from "./Freshness";
import { Holdout } from "./Holdout";
import { Losses } from "./Losses";
import { MessageReview } from "./MessageReview";
import { Movement } from "./Movement";
import { Overview } from "./Overview";
import { PeopleDrawer } from "./PeopleDrawer";
import { PeopleContext } from "./people";
import { ReportDialog } from "./ReportDialog";
import { Retention } from "./Retention";
import { Summary } from "./Summary";
import { TABS, type Tab, type TabProps, tablesOf, tabOf } from "./tabs";
import { useNodeWords } from "./useNodeWords";
import { useSettled } from "./useSettled";
import "@/lists/lists.css";
import "./review.css";

/** Numbers move while people walk: as often as a page of few calls may ask. */
const LIVE_MS = 5_000;

/** What a journey did: who came how far, where the rest was lost, what it proved, cost and brought. */
export default function ReviewPage() {
  const { id = "" } = useParams();
  const journey = useQuery(journeyQuery(id));
  const versions = useQuery(versionsQuery(id));
  const [chosen, put] = useFilters([...REVIEW_FILTERS, "tab"] as const);
  const { tab: named, ...filters } = chosen;
  const review = useQuery(reviewQuery(id));
  // Every part says of itself how fresh it is; this one is there for all tabs, and asked for once.
  const funnel = useQuery({ ...funnelQuery(id, filters), refetchInterval: LIVE_MS });
  const conversions = useQuery({ ...conversionsQuery(id, filters), refetchInterval: LIVE_MS });
  useSettled(id, filters, {
    stages: funnel.isPlaceholderData ? undefined : funnel.data?.stages,
    goals: conversions.isPlaceholderData ? undefined : conversions.data?.goals,
  });
  const error = unread(journey, versions, review);
  if (error)
    return (
      <Problem error={error} onRetry={() => Promise.all([journey.refetch(), versions.refetch(), review.refetch()])} />
    );
  if (!journey.data || !versions.data || !review.data) return <Waiting />;
  const known = versions.data.results;
  return (
    <Shown
      journey={journey.data}
      versions={known}
      review={review.data}
      fresh={funnel.data}
      goals={conversions.data?.goals ?? []}
      filters={filters}
      tab={tabOf(named)}
      onTab={(tab) => put("tab", tab === "overview" ? undefined : tab)}
      filterBar={<Filters given={filters} put={put} journey={{ graph: journey.data.graph, versions: known }} />}
    />
  );
}

interface ShownProps {
  journey: Journey;
  versions: readonly Version[];
  review: Review;
  fresh: FunnelAnswer | undefined;
  goals: readonly ConvertedGoal[];
  filters: ReviewFilters;
  tab: Tab;
  onTab: (tab: Tab) => void;
  filterBar: ReactNode;
}

function Shown({ journey, versions, review, fresh, goals, filters, tab, onTab, filterBar }: ShownProps) {
  const { t } = useTranslation();
  const [behind, setBehind] = useState<{ behind: Behind; title: string }>();
  const open = useCallback((who: Behind, title: string) => setBehind({ behind: who, title }), []);
  const graph = useMemo(() => graphOf(journey, versions, filters.version), [journey, versions, filters.version]);
  const words = useNodeWords(graph);
  const given: TabProps = { journeyId: journey.id, filters, graph };
  return (
    <PeopleContext value={open}>
      <main className="page page-review" data-testid="review-page">
        <header className="page-head">
          <h1>
            {t("review.title", { name: journey.name })} <StateTag state={journey.state} />
          </h1>
          <Acts journey={journey} filters={filters} tab={tab} />
        </header>
        {filterBar}
        <Freshness journeyId={journey.id} answer={fresh} />
        <Figures stages={fresh?.stages} goals={goals} narrowed={Object.keys(filters).length > 0} />
        <Tabs
          activeKey={tab}
          onChange={(key) => onTab(tabOf(key))}
          destroyOnHidden
          // All of them in one line from 1280 px on: what does not fit goes into a menu that has no place in a list of tabs.
          tabBarGutter={18}
          items={TABS.map((key) => ({
            key,
            label: <span data-testid={`tab-${key}`}>{t(`review.tab.${key}`)}</span>,
            children: key === tab && panelOf(key, given, review, versions),
          }))}
        />
      </main>
      {behind && (
        <PeopleDrawer
          journeyId={journey.id}
          filters={filters}
          behind={behind.behind}
          title={behind.title}
          nameOf={words.node}
          onClose={() => setBehind(undefined)}
        />
      )}
    </PeopleContext>
  );
}

function panelOf(tab: Tab, given: TabProps, review: Review, versions: readonly Version[]): ReactNode {
  switch (tab) {
    case "overview":
      return <Overview {...given} review={review} versions={versions} />;
    case "losses":
      return <Losses {...given} />;
    case "experiments":
      return <Experiments {...given} />;
    case "holdout":
      return <Holdout {...given} />;
    case "conversions":
      return <Conversions {...given} />;
    case "attribution":
      return <Attribution {...given} />;
    case "retention":
      return <Retention {...given} />;
    case "cost":
      return <Cost {...given} />;
    case "movement":
      return <Movement {...given} />;
    case "messages":
      return <MessageReview {...given} />;
    case "compare":
      return <Compare {...given} versions={versions} />;
    case "summary":
      return <Summary {...given} />;
  }
}

/** The graph the figures are of: the version that is looked at, else the live one, else the draft. */
function graphOf(journey: Journey, versions: readonly Version[], version: string | undefined) {
  const wanted = version ?? String(journey.live_version?.number ?? "");
  return versions.find(({ number }) => String(number) === wanted)?.graph ?? journey.graph;
}

function Acts({ journey, filters, tab }: { journey: Journey; filters: ReviewFilters; tab: Tab }) {
  const { t } = useTranslation();
  const writes = mayWrite(useSession());
  const [dialog, setDialog] = useState<"report" | "play">();
  const close = () => setDialog(undefined);
  return (
    <>
      {writes && (
        <>
          <ExportButton journeyId={journey.id} filters={filters} tables={tablesOf(tab)} />
          <Button icon={<ScheduleOutlined />} onClick={() => setDialog("report")} data-testid="review-schedule">
            {t("reports.open")}
          </Button>
          <Button icon={<BookOutlined />} onClick={() => setDialog("play")} data-testid="review-save-play">
            {t("plays.save")}
          </Button>
        </>
      )}
      <Link to={`/journeys/${journey.id}/counterfactual`} data-testid="review-to-counterfactual">
        <Button icon={<ExperimentOutlined />} tabIndex={-1}>
          {t("replay.open")}
        </Button>
      </Link>
      <Link to={`/journeys/${journey.id}`} data-testid="review-to-canvas">
        <Button icon={<EditOutlined />} tabIndex={-1}>
          {t("review.canvas")}
        </Button>
      </Link>
      {dialog === "report" && <ReportDialog journeyId={journey.id} name={journey.name} onClose={close} />}
      {dialog === "play" && <SaveAsPlay journey={journey} onClose={close} />}
    </>
  );
}
