import { useQuery } from "@tanstack/react-query";
import { Alert } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { reviewCostsQuery, reviewRulesQuery } from "@/api/reviewRules";
import { Waiting } from "@/app/Guard";
import { Problem } from "@/app/Problem";
import { administers, useSession } from "@/app/session";
import { CostsForm } from "./CostsForm";
import { CountingForm } from "./CountingForm";
import "./settings.css";
import "./counting.css";

/** By what every review of the workspace counts: whose an order is, what takes it back, and what is spent besides messages. */
export default function ReviewPage() {
  const { t } = useTranslation();
  const writes = administers(useSession());
  const rules = useQuery(reviewRulesQuery);
  const costs = useQuery(reviewCostsQuery);
  return (
    <main className="page settings counting" data-testid="review-settings-page">
      <header className="page-head">
        <h1>{t("app.counting")}</h1>
      </header>
      <p className="soft">
        {t("counting.about")} <Link to="/review">{t("app.review")}</Link>
      </p>
      {!writes && (
        <Alert
          className="counting-told"
          type="info"
          showIcon
          title={t("counting.othersSee")}
          data-testid="others-see"
        />
      )}
      <section className="sheet settings-sheet" aria-labelledby="counting-rules">
        <h2 id="counting-rules">{t("counting.rules")}</h2>
        {rules.error && <Problem error={rules.error} onRetry={rules.refetch} />}
        {rules.isPending && <Waiting />}
        {rules.data && <CountingForm known={rules.data} writes={writes} />}
      </section>
      <section className="sheet settings-sheet" aria-labelledby="counting-costs">
        <h2 id="counting-costs">{t("counting.costs")}</h2>
        <p className="soft">{t("counting.costsAbout")}</p>
        {costs.error && <Problem error={costs.error} onRetry={costs.refetch} />}
        {costs.isPending && <Waiting />}
        {costs.data && <CostsForm known={costs.data} writes={writes} />}
      </section>
    </main>
  );
}
