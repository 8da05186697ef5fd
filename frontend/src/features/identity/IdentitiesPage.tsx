import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Tabs } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import {
  acceptSuggestion,
  type Conflict,
  conflictsPage,
  dismissConflict,
  mergeConflict,
  newestRun,
  rejectSuggestion,
  type Suggestion,
  searchMatches,
  suggestionsPage,
} from "@/api/identity";
import { useComplain } from "@/app/Problem";
import { mayWrite, useSession } from "@/app/session";
import { MergeHistory } from "./MergeHistory";
import { Pairs } from "./Pairs";
import { PersonName } from "./PersonName";

/** Who is the same person: what waits for somebody's judgement, and every merge with a way back. */
export default function IdentitiesPage() {
  const { t } = useTranslation();
  const { id } = useParams();
  if (id) {
    return (
      <main className="page" data-testid="person-merges-page">
        <header className="page-head">
          <h1>{t("identities.ofPerson")}</h1>
          <Link to="/identities">{t("app.identities")}</Link>
        </header>
        <PersonName id={id} />
        <MergeHistory person={id} />
      </main>
    );
  }
  const tabs = [
    { key: "conflicts", label: t("identities.conflicts"), children: <Conflicts /> },
    { key: "suggestions", label: t("identities.suggestions"), children: <Suggestions /> },
    { key: "merges", label: t("identities.merges"), children: <MergeHistory /> },
  ];
  return (
    <main className="page" data-testid="identities-page">
      <header className="page-head">
        <h1>{t("app.identities")}</h1>
      </header>
      <Tabs items={tabs} />
    </main>
  );
}

function Conflicts() {
  const { t } = useTranslation();
  return (
    <Pairs<Conflict>
      name="conflicts"
      page={conflictsPage}
      people={(conflict) => [conflict.profile_id, conflict.other_id]}
      why={(conflict) => (
        <>
          <b>
            {t(`imports.identity.${conflict.type}`, { defaultValue: conflict.type })} {conflict.value}
          </b>
          <div className="soft">{t(`identities.reasons.${conflict.reason}`)}</div>
        </>
      )}
      one={mergeConflict}
      two={dismissConflict}
      none={t("identities.noConflicts")}
    />
  );
}

function Suggestions() {
  const { t } = useTranslation();
  return (
    <>
      <Search />
      <Pairs<Suggestion>
        name="suggestions"
        page={suggestionsPage}
        people={(suggestion) => [suggestion.first_id, suggestion.second_id]}
        why={(suggestion) => (
          <>
            <b>{t("identities.probability", { percent: (suggestion.probability * 100).toFixed(1) })}</b>
            <div className="soft">
              {Object.entries(suggestion.explanation)
                .map(([column, { weight }]) => `${t(`identities.columns.${column}`)} ${weight > 0 ? "+" : ""}${weight}`)
                .join(" · ")}
            </div>
          </>
        )}
        one={acceptSuggestion}
        two={rejectSuggestion}
        none={t("identities.noSuggestions")}
      />
    </>
  );
}

/** How the newest search went, and another one. */
function Search() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const complain = useComplain();
  const writes = mayWrite(useSession());
  const { data: run } = useQuery({
    queryKey: ["identities", "run"],
    queryFn: async () => (await newestRun()) ?? null,
    refetchInterval: ({ state }) => (state.data?.state === "queued" || state.data?.state === "running" ? 2000 : false),
  });
  const search = useMutation({
    mutationFn: searchMatches,
    onError: complain,
    onSettled: () => queries.invalidateQueries({ queryKey: ["identities"] }),
  });
  const under = run?.state === "queued" || run?.state === "running";
  return (
    <p>
      {writes && (
        <Button loading={search.isPending || under} onClick={() => search.mutate()} data-testid="search-matches">
          {t("identities.search")}
        </Button>
      )}{" "}
      {run && <span className="soft">{t(`identities.runs.${run.state}`, { ...run })}</span>}
    </p>
  );
}
