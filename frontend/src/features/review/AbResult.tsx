import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { reviewQuery } from "@/api/queries";
import { Problem } from "@/app/Problem";
import { useFormat } from "@/format/useFormat";
import "./review.css";

/** People come and buy while the panel is open. */
const LIVE_MS = 10_000;

/** What an A/B test has found so far, beside its settings: people and primary conversions of each variant. */
export function AbResult({ journeyId, node }: { journeyId: string; node: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data, error, isLoadingError, refetch } = useQuery({ ...reviewQuery(journeyId), refetchInterval: LIVE_MS });
  if (isLoadingError) return <Problem error={error} onRetry={refetch} />;
  const variants = data?.variants.filter((variant) => variant.node === node) ?? [];
  // Before the test is published there is nothing to tell.
  if (variants.length === 0) return null;
  return (
    <section aria-label={t("review.variants")} data-testid="ab-result">
      <h3>{t("review.variants")}</h3>
      <dl className="ab-result">
        {variants.map(({ variant, name, people, converted, rate }) => (
          <div key={variant} className="row" data-testid={`ab-result-${variant}`}>
            <dt className="grow">{name || variant}</dt>
            <dd>
              <b>{rate === null ? "–" : format.percent(rate)}</b>{" "}
              <span className="soft">
                {format.number(converted)} / {format.number(people)}
              </span>
            </dd>
          </div>
        ))}
      </dl>
      <Link to={`/journeys/${journeyId}/review`} data-testid="ab-review">
        {t("journeys.review")}
      </Link>
    </section>
  );
}
