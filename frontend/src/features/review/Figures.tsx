import { useTranslation } from "react-i18next";
import type { ConvertedGoal } from "@/api/reviewOrders";
import type { Stage } from "@/api/reviewPaths";
import { useFormat } from "@/format/useFormat";

interface Props {
  /** undefined: not known yet. */
  stages: readonly Stage[] | undefined;
  /** By the review's present definition. */
  goals: readonly ConvertedGoal[];
  /** They are of those whom a filter leaves. */
  narrowed: boolean;
}

/** The first thing one wants to know: who came, what it achieved, how much was sent. */
export function Figures({ stages, goals, narrowed }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const of = (key: string) => stages?.find((stage) => stage.key === key);
  const [entered, sent] = [of("entered"), of("sent")];
  const mark = narrowed ? t("review.narrowed") : undefined;
  const known = (value: number | undefined) => (value === undefined ? "–" : format.number(value));
  const people = entered?.people ?? 0;
  const again = entered?.times !== undefined && entered.times > people;
  return (
    <section className="figures">
      <Figure
        label={t("review.enrolled")}
        value={known(entered?.people)}
        mark={mark}
        detail={again ? t("review.entries", { times: format.number(entered.times ?? 0) }) : undefined}
        testId="review-enrolled"
      />
      {goals.map((goal) => (
        <Figure
          key={goal.id}
          label={goal.name || goal.id}
          mark={
            [goal.primary && goals.length > 1 && t("review.primary"), mark].filter(Boolean).join(" · ") || undefined
          }
          value={format.number(goal.people)}
          detail={[
            people > 0 && t("review.rate", { rate: format.percent(goal.people / people) }),
            t("review.conversions", { count: goal.conversions, shown: format.number(goal.conversions) }),
            ...goal.value
              .filter(({ net }) => Number(net) !== 0)
              .map(({ currency, net }) => t("review.value", { value: format.money({ currency, value: net }) })),
          ]
            .filter(Boolean)
            .join(" · ")}
          testId={`review-goal-${goal.id}`}
        />
      ))}
      <Figure
        label={t("review.sent")}
        value={known(sent?.times ?? sent?.people)}
        mark={mark}
        detail={sent && sent.people > 0 ? t("review.sentTo", { people: format.number(sent.people) }) : undefined}
        testId="review-sent"
      />
    </section>
  );
}

interface FigureProps {
  label: string;
  value: string;
  detail?: string | undefined;
  mark?: string | undefined;
  testId: string;
}

/** One number with what it is; `testId` is that of the number. */
export function Figure({ label, value, detail, mark, testId }: FigureProps) {
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
