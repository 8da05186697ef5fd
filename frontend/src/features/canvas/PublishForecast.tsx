import { useMutation, useQuery } from "@tanstack/react-query";
import { Button, Progress } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { forecastQuery, RUNNING, startForecast } from "@/api/trial";
import { Problem } from "@/app/Problem";
import { graphStore } from "@/canvas/store/graphStore";
import { useFormat } from "@/format/useFormat";
import { newForm, requestOf } from "../forecast/request";

/** What the draft would do in the next 30 days by the usual guesses: the figures in short, the rest on the forecast's page. */
export function PublishForecast({ journeyId }: { journeyId: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [id, setId] = useState("");
  const start = useMutation({
    mutationFn: () => {
      const { graph } = graphStore.getState();
      return startForecast(journeyId, { ...requestOf(newForm(graph), format.zone), graph });
    },
    onSuccess: (begun) => setId(begun.id),
  });
  const { data, error } = useQuery(forecastQuery(journeyId, id));
  const result = data?.state === "done" ? data.result : null;
  const busy = start.isPending || (data !== undefined && RUNNING.includes(data.state));
  const sum = (key: "allowed" | "held" | "blocked") => result?.sends.reduce((total, row) => total + row[key], 0) ?? 0;
  return (
    <section className="publish-forecast">
      {!result && (
        <Button size="small" loading={busy} onClick={() => start.mutate()} data-testid="publish-forecast">
          {t("board.forecast")}
        </Button>
      )}
      {busy && data && <Progress size="small" percent={Math.floor(data.progress * 100)} />}
      {(start.error || error) && <Problem error={start.error ?? error} />}
      {data?.error && <p className="field-warning">{data.error}</p>}
      {result && (
        <p data-testid="publish-forecast-result">
          {t("board.forecastSays", {
            people: format.number(result.people),
            sends: format.number(sum("allowed") + sum("held")),
            blocked: format.number(sum("blocked")),
          })}{" "}
          <Link to={`/journeys/${journeyId}/forecast?forecast=${id}`}>{t("board.forecastMore")}</Link>
        </p>
      )}
    </section>
  );
}
