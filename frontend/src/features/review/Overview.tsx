import { useQuery } from "@tanstack/react-query";
import { Spin } from "antd";
import { useTranslation } from "react-i18next";
import type { Version } from "@/api/life";
import { funnelQuery, pathsQuery } from "@/api/reviewPaths";
import type { Review } from "@/api/types";
import { Problem } from "@/app/Problem";
import type { Graph } from "@/canvas/core/graph";
import { Breakdown } from "./Breakdown";
import { Funnel } from "./Funnel";
import { nodesById } from "./funnelModel";
import { Part } from "./Part";
import { Sankey } from "./Sankey";
import { Scroll } from "./Scroll";
import { Shares } from "./Shares";
import { StageFunnel } from "./StageFunnel";
import type { TabProps } from "./tabs";
import { Variants } from "./Variants";

interface Props extends TabProps {
  versions: readonly Version[];
  review: Review;
}

/** How far people came: stages, the paths they took, every node, and the same by day, version, variant or channel. */
export function Overview({ versions, review, ...given }: Props) {
  const { t } = useTranslation();
  const { journeyId, filters, graph } = given;
  const funnel = useQuery(funnelQuery(journeyId, filters));
  const narrowed = Object.keys(filters).length > 0;
  const paths = useQuery(pathsQuery(journeyId, filters));
  return (
    <Part
      query={funnel}
      isEmpty={({ stages }) => review.enrolled === 0 || (narrowed && stages.every(({ people }) => people === 0))}
      empty={t(review.enrolled === 0 ? "review.none" : "review.noneNarrowed")}
    >
      {(answer) => (
        <div className="review-grid">
          <section className="panel panel-wide">
            <h2>{t("review.stages")}</h2>
            <StageFunnel stages={answer.stages} />
          </section>
          <section className="panel panel-wide">
            <h2>{t("review.paths")}</h2>
            {paths.error && <Problem error={paths.error} onRetry={paths.refetch} />}
            {!paths.data && !paths.error && <Spin className="block" />}
            {paths.data && <Sankey graph={graph} paths={paths.data} />}
          </section>
          <section className="panel panel-wide">
            <h2>{t("review.funnel")}</h2>
            <Scroll label={t("review.funnel")}>
              <Funnel graph={graph} nodes={nodesById(answer)} entered={answer.stages[0]?.people ?? 0} />
            </Scroll>
          </section>
          <Breakdown {...given} versions={versions} />
          {/* These are of everybody, whatever is filtered. */}
          {!narrowed && <Everybody review={review} graph={graph} />}
        </div>
      )}
    </Part>
  );
}

function Everybody({ review, graph }: { review: Review; graph: Graph }) {
  const { t } = useTranslation();
  return (
    <>
      <section className="panel panel-wide">
        <h2>{t("review.variants")}</h2>
        {review.variants.length > 0 && <p className="soft">{t("review.variantsHint")}</p>}
        <Variants variants={review.variants} graph={graph} />
      </section>
      <section className="panel">
        <h2>{t("review.states")}</h2>
        <p className="soft">{t("review.statesHint")}</p>
        <Shares
          shares={review.states}
          label={(key) => t(`enrollment.state.${key}`, { defaultValue: key })}
          testId="states"
        />
      </section>
      <section className="panel">
        <h2>{t("review.messages")}</h2>
        <p className="soft">{t("review.messagesHint")}</p>
        <Shares
          shares={review.messages}
          label={(key) => t(`messageState.${key}`, { defaultValue: key })}
          testId="messages"
        />
      </section>
    </>
  );
}
