import { EditOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Empty, Select, Spin } from "antd";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { diffQuery, versionsQuery } from "@/api/life";
import { journeyQuery } from "@/api/queries";
import { unread } from "@/api/unread";
import { Waiting } from "@/app/Guard";
import { Problem } from "@/app/Problem";
import { useFormat } from "@/format/useFormat";
import { StateTag } from "../journeys/StateTag";
import { ChangeLog } from "./ChangeLog";
import { DiffView } from "./DiffView";
import "@/canvas/fields/fields.css";
import "../review/review.css";
import "./changes.css";

// React Flow is fetched when there is something to draw with it.
const DiffCanvas = lazy(() => import("./DiffCanvas"));

const DRAFT = "draft";

/** Who did what to a journey and when, and what differs between any two of its versions and the draft. */
export default function ChangesPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const { id = "" } = useParams();
  const journey = useQuery(journeyQuery(id));
  const versions = useQuery(versionsQuery(id));
  const [chosen, setChosen] = useState<{ from?: string; to?: string }>({});
  const known = (versions.data?.results ?? []).toSorted((a, b) => b.number - a.number);
  const from = chosen.from ?? journey.data?.live_version?.id ?? known[0]?.id ?? "";
  const to = chosen.to ?? DRAFT;
  const diff = useQuery(diffQuery(id, from, to));
  const error = unread(journey, versions);
  if (error) return <Problem error={error} onRetry={() => Promise.all([journey.refetch(), versions.refetch()])} />;
  if (!journey.data || !versions.data) return <Waiting />;
  const options = [
    { value: DRAFT, label: t("changes.draft") },
    ...known.map((version) => ({
      value: version.id,
      label: `v${version.number} · ${format.time(version.published_at)}`,
    })),
  ];
  const graphOf = (side: string) =>
    side === DRAFT ? journey.data.graph : known.find((version) => version.id === side)?.graph;
  const sides = { before: graphOf(from), after: graphOf(to) };
  const nodes = [...journey.data.graph.nodes, ...known.flatMap((version) => version.graph.nodes)];
  return (
    <main className="page" data-testid="changes-page">
      <header className="page-head">
        <h1>
          {t("changes.title", { name: journey.data.name })} <StateTag state={journey.data.state} />
        </h1>
        <Link to={`/journeys/${id}`} data-testid="changes-to-canvas">
          <Button icon={<EditOutlined />} tabIndex={-1}>
            {t("review.canvas")}
          </Button>
        </Link>
      </header>
      <div className="changes-grid">
        <section className="panel">
          <h2>{t("changes.log")}</h2>
          <ChangeLog
            journeyId={id}
            onVersion={(number) => {
              const after = known.find((version) => version.number === number);
              const before = known.find((version) => version.number === number - 1);
              if (after && before) setChosen({ from: before.id, to: after.id });
            }}
          />
        </section>
        <section className="panel">
          <h2>{t("changes.compare")}</h2>
          {known.length === 0 ? (
            <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("changes.unpublished")} />
          ) : (
            <>
              <div className="row wrap">
                {(["from", "to"] as const).map((side) => (
                  <Select
                    key={side}
                    className="grow"
                    value={side === "from" ? from : to}
                    options={options}
                    aria-label={t(`changes.${side}`)}
                    data-testid={`diff-${side}`}
                    onChange={(next) => setChosen({ from, to, [side]: next })}
                  />
                ))}
              </div>
              {from === to && <p className="field-hint">{t("changes.same")}</p>}
              {diff.error && <Problem error={diff.error} onRetry={diff.refetch} />}
              {diff.isFetching && <Spin className="block" />}
              {diff.data && from !== to && sides.before && sides.after && (
                <Suspense fallback={<Spin className="block" />}>
                  <DiffCanvas before={sides.before} after={sides.after} diff={diff.data} />
                </Suspense>
              )}
              {diff.data && from !== to && <DiffView diff={diff.data} nodes={nodes} />}
            </>
          )}
        </section>
      </div>
    </main>
  );
}
