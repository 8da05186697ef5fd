import { ReloadOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Tag } from "antd";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { definitionQuery, type ReviewAnswer, type ReviewDefinition, refreshReview } from "@/api/review";
import { useComplain } from "@/app/Problem";
import { mayWrite, useSession } from "@/app/session";
import { durationText } from "@/canvas/core/sentences";
import { useFormat } from "@/format/useFormat";

// With the fields of the canvas, which few readers of a review need.
const GoalsDialog = lazy(() => import("./GoalsDialog"));

interface Props {
  journeyId: string;
  answer: Pick<ReviewAnswer, "as_of" | "stale"> | undefined;
}

/** Until when the figures have read the log, and by which definition they count. */
export function Freshness({ journeyId, answer }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const queries = useQueryClient();
  const complain = useComplain();
  const writes = mayWrite(useSession());
  const definition = useQuery(definitionQuery(journeyId)).data;
  const [setting, put] = useState(false);
  const refresh = useMutation({
    mutationFn: () => refreshReview(journeyId),
    onError: complain,
    onSettled: () => queries.invalidateQueries({ queryKey: ["review", journeyId] }),
  });
  return (
    <section className="review-fresh" aria-label={t("review.freshness")}>
      {answer && (
        <span className="soft" data-testid="review-as-of">
          {answer.as_of ? t("review.asOf", { at: format.second(answer.as_of) }) : t("review.notRead")}
        </span>
      )}
      {answer?.stale && (
        <Tag color="processing" data-testid="review-stale">
          {t("review.stale")}
        </Tag>
      )}
      {writes && (
        <Button
          size="small"
          type="text"
          icon={<ReloadOutlined />}
          loading={refresh.isPending}
          onClick={() => refresh.mutate()}
          data-testid="review-refresh"
        >
          {t("review.refresh")}
        </Button>
      )}
      {definition && <Definition definition={definition} onSet={writes ? () => put(true) : undefined} />}
      {definition && setting && (
        <Suspense>
          <GoalsDialog
            journeyId={journeyId}
            definition={definition}
            onClose={() => put(false)}
            onSaved={() => refresh.mutate()}
          />
        </Suspense>
      )}
    </section>
  );
}

interface DefinitionProps {
  definition: ReviewDefinition;
  /** Sets other goals for the review; undefined for who may not. */
  onSet: (() => void) | undefined;
}

function Definition({ definition, onSet }: DefinitionProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { goals, version, source, since, rules } = definition;
  return (
    <details className="review-definition" data-testid="review-definition">
      <summary>{t("review.definition")}</summary>
      <div className="review-defined">
        <p>
          {t(`review.defined.${source}`, { version })}{" "}
          {t(`review.orderRule.${rules.credit}`, { defaultValue: rules.credit })}{" "}
          {t(`review.repeats.${rules.repeats}`, { defaultValue: rules.repeats })}{" "}
          {since && <span className="soft">{t("review.definedSince", { at: format.time(since) })}</span>}
        </p>
        <ul>
          {goals.map((goal) => (
            <li key={goal.id}>
              <b>{goal.name || goal.id}</b> {goal.primary && <span className="chip">{t("review.primary")}</span>}{" "}
              <span className="soft">
                {[
                  goal.event,
                  goal.window ? t("review.within", { window: durationText(t, goal.window) }) : t("review.anyTime"),
                  goal.value && t("review.valueOf", { property: goal.value }),
                ]
                  .filter(Boolean)
                  .join(" · ")}
              </span>
            </li>
          ))}
          {goals.length === 0 && <li className="soft">{t("review.noGoals")}</li>}
        </ul>
        <p className="review-redefine">
          {onSet && (
            <Button size="small" onClick={onSet} data-testid="review-set-goals">
              {t("counting.own")}
            </Button>
          )}
          <Link to="/settings/review" data-testid="review-rules-link">
            {t("counting.toPage")}
          </Link>
        </p>
      </div>
    </details>
  );
}
