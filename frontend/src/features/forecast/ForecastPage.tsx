import { EditOutlined } from "@ant-design/icons";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Alert, Button, Empty, Progress, Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams, useSearchParams } from "react-router";
import { accountsQuery, journeyQuery } from "@/api/queries";
import { cancelForecast, forecastQuery, RUNNING, startForecast } from "@/api/trial";
import type { Journey } from "@/api/types";
import { Waiting } from "@/app/Guard";
import { Problem, useComplain } from "@/app/Problem";
import { useFormat } from "@/format/useFormat";
import { StateTag } from "../journeys/StateTag";
import { ForecastForm } from "./ForecastForm";
import { ForecastResults } from "./ForecastResults";
import { Launches } from "./Launches";
import { newForm, requestOf } from "./request";
import "@/canvas/fields/fields.css";
import "../review/review.css";
import "./forecast.css";

/** What a journey will do before it is launched, and what its timed launches did. */
export default function ForecastPage() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const [tab, setTab] = useState<"forecast" | "launches">("forecast");
  const journey = useQuery({ ...journeyQuery(id), refetchOnWindowFocus: false });
  if (journey.isLoadingError) return <Problem error={journey.error} onRetry={journey.refetch} />;
  if (!journey.data) return <Waiting />;
  return (
    <main className="page" data-testid="forecast-page">
      <header className="page-head">
        <h1>
          {t("forecast.title", { name: journey.data.name })} <StateTag state={journey.data.state} />
        </h1>
        <Segmented
          value={tab}
          aria-label={t("forecast.tabs")}
          options={[
            { value: "forecast", label: t("forecast.tab") },
            { value: "launches", label: <span data-testid="open-launches">{t("forecast.launches")}</span> },
          ]}
          onChange={setTab}
        />
        <Link to={`/journeys/${id}`} data-testid="forecast-to-canvas">
          <Button icon={<EditOutlined />} tabIndex={-1}>
            {t("review.canvas")}
          </Button>
        </Link>
      </header>
      {tab === "forecast" ? <Forecasting journey={journey.data} /> : <Launches journeyId={id} />}
    </main>
  );
}

function Forecasting({ journey }: { journey: Journey }) {
  const { t } = useTranslation();
  const { zone } = useFormat();
  const complain = useComplain();
  const [search, setSearch] = useSearchParams();
  const [form, setForm] = useState(() => newForm(journey.graph));
  const accounts = useQuery(accountsQuery);
  const running = search.get("forecast") ?? "";
  const forecast = useQuery(forecastQuery(journey.id, running));
  const start = useMutation({
    mutationFn: () => startForecast(journey.id, requestOf(form, zone)),
    onSuccess: ({ id }) => {
      setSearch({ forecast: id }, { replace: true });
      // The button is below a long form, the answer begins above.
      window.scrollTo({ top: 0 });
    },
  });
  const cancel = useMutation({
    mutationFn: () => cancelForecast(journey.id, running),
    onSuccess: () => forecast.refetch(),
    onError: complain,
  });
  const { data } = forecast;
  const busy = data !== undefined && RUNNING.includes(data.state);
  const channels = [...new Set((accounts.data?.results ?? []).map((account) => account.channel))];
  return (
    <div className="forecast-grid">
      <section className="panel">
        <h2>{t("forecast.form")}</h2>
        <p className="field-hint">{t("forecast.formHint")}</p>
        <ForecastForm
          value={form}
          onChange={setForm}
          channels={channels}
          onRun={() => start.mutate()}
          running={start.isPending || busy}
        />
        {start.error && <Problem error={start.error} />}
      </section>
      <section className="forecast-answer">
        {running === "" && (
          <div className="panel">
            <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("forecast.none")} />
          </div>
        )}
        {running !== "" && forecast.error && <Problem error={forecast.error} onRetry={forecast.refetch} />}
        {data && (busy || data.state === "cancelled" || data.state === "failed") && (
          <div className="panel" data-testid="forecast-progress" data-state={data.state}>
            <h2>{t(`forecast.state.${data.state}`)}</h2>
            {busy && (
              <div className="row">
                <Progress percent={Math.floor(data.progress * 100)} />
                <Button loading={cancel.isPending} onClick={() => cancel.mutate()} data-testid="forecast-cancel">
                  {t("forecast.cancel")}
                </Button>
              </div>
            )}
            {data.error && <Alert type="error" showIcon title={data.error} />}
          </div>
        )}
        {data?.state === "done" && data.result && <ForecastResults result={data.result} graph={journey.graph} />}
      </section>
    </div>
  );
}
