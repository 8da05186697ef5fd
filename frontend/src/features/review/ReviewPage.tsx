import { EditOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Empty } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { journeyQuery, reviewQuery } from "@/api/queries";
import type { Review } from "@/api/types";
import { Waiting } from "@/app/Guard";
import { Problem } from "@/app/Problem";
import { useFormat } from "@/format/useFormat";
import { StateTag } from "../journeys/StateTag";
import { Funnel } from "./Funnel";
import { Shares } from "./Shares";
import { Variants } from "./Variants";
import "./review.css";

/** What a journey did: who came in, how far, what was sent, and what it achieved. */
export default function ReviewPage() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const journey = useQuery(journeyQuery(id));
  const review = useQuery(reviewQuery(id));
  const error = journey.error ?? review.error;
  if (error) return <Problem error={error} onRetry={() => Promise.all([journey.refetch(), review.refetch()])} />;
  if (!journey.data || !review.data) return <Waiting />;
  const { name, state, graph } = journey.data;
  return (
    <main className="page" data-testid="review-page">
      <header className="page-head">
        <h1>
          {t("review.title", { name })} <StateTag state={state} />
        </h1>
        <Link to={`/journeys/${id}`} data-testid="review-to-canvas">
          <Button icon={<EditOutlined />} tabIndex={-1}>
            {t("review.canvas")}
          </Button>
        </Link>
      </header>
      <Figures review={review.data} />
      {review.data.enrolled === 0 ? (
        <section className="panel">
          <Empty description={t("review.none")} />
        </section>
      ) : (
        <div className="review-grid">
          <section className="panel panel-wide">
            <h2>{t("review.funnel")}</h2>
            <Funnel graph={graph} counts={review.data.nodes} enrolled={review.data.enrolled} />
          </section>
          <section className="panel panel-wide">
            <h2>{t("review.variants")}</h2>
            <Variants variants={review.data.variants} />
          </section>
          <section className="panel">
            <h2>{t("review.states")}</h2>
            <Shares
              shares={review.data.states}
              label={(key) => t(`enrollment.state.${key}`, { defaultValue: key })}
              testId="states"
            />
          </section>
          <section className="panel">
            <h2>{t("review.messages")}</h2>
            <Shares
              shares={review.data.messages}
              label={(key) => t(`messageState.${key}`, { defaultValue: key })}
              testId="messages"
            />
          </section>
        </div>
      )}
    </main>
  );
}

function Figures({ review }: { review: Review }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { enrolled, goals, messages } = review;
  const sent = Object.entries(messages).reduce(
    (sum, [state, number]) => (["queued", "sending", "blocked"].includes(state) ? sum : sum + number),
    0,
  );
  return (
    <section className="figures">
      <Figure label={t("review.enrolled")} value={format.number(enrolled)} testId="review-enrolled" />
      {goals.map((goal) => (
        <Figure
          key={goal.id}
          label={goal.name || goal.id}
          mark={goal.primary ? t("review.primary") : undefined}
          value={format.number(goal.people)}
          detail={[
            t("review.rate", { rate: format.percent(enrolled > 0 ? goal.people / enrolled : 0) }),
            t("review.conversions", { count: goal.conversions }),
            goal.value === null || Number(goal.value) === 0
              ? ""
              : t("review.value", { value: format.number(Number(goal.value)) }),
          ]
            .filter(Boolean)
            .join(" · ")}
          testId={`review-goal-${goal.id}`}
        />
      ))}
      <Figure label={t("review.sent")} value={format.number(sent)} testId="review-sent" />
    </section>
  );
}

interface FigureProps {
  label: string;
  value: string;
  detail?: string;
  mark?: string;
  testId: string;
}

function Figure({ label, value, detail, mark, testId }: FigureProps) {
  return (
    <div className="figure">
      <span className="figure-label">
        {label} {mark && <span className="chip">{mark}</span>}
      </span>
      <strong data-testid={testId}>{value}</strong>
      {detail && <span className="soft">{detail}</span>}
    </div>
  );
}
