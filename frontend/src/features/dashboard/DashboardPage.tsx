import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { dashboardQuery } from "@/api/dashboard";
import { Waiting } from "@/app/Guard";
import { Problem } from "@/app/Problem";
import { FirstTour } from "@/app/tour/FirstTour";
import { useFormat } from "@/format/useFormat";
import { Converted } from "./Converted";
import { Figures } from "./Figures";
import { LiveJourneys } from "./LiveJourneys";
import { Notices } from "./Notices";
import "./dashboard.css";

/** In one look: what is live, what goes wrong, what is about to run out, what converted this week. */
export default function DashboardPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const { data, error, refetch } = useQuery(dashboardQuery);
  return (
    <main className="page" data-testid="dashboard-page">
      <header className="page-head">
        <h1>{t("app.dashboard")}</h1>
        {data && <span className="soft">{t("dashboard.asOf", { at: format.time(data.at) })}</span>}
      </header>
      {error && <Problem error={error} onRetry={refetch} />}
      {!data && !error && <Waiting />}
      {data && (
        <>
          <FirstTour name="dashboard" />
          <Figures totals={data.totals} converted={data.converted} />
          <div className="looks">
            <div>
              <LiveJourneys journeys={data.journeys} />
              <Converted converted={data.converted} today={data.today} />
            </div>
            <div>
              <Notices
                title={t("dashboard.wrong")}
                testId="dashboard-wrong"
                notices={data.wrong}
                none={t("dashboard.nothingWrong")}
                colour="error"
              />
              <Notices
                title={t("dashboard.runningOut")}
                testId="dashboard-running-out"
                notices={data.running_out}
                none={t("dashboard.nothingRunsOut")}
                colour="warning"
              />
            </div>
          </div>
        </>
      )}
    </main>
  );
}
