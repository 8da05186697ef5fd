import { EditOutlined, LineChartOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, DatePicker, Empty, Progress, Select, Tag } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { journeyQuery } from "@/api/queries";
import { cancelReplay, isRunning, replayQuery, replaysQuery, startReplay } from "@/api/reviewReplay";
import type { Journey } from "@/api/types";
import { Waiting } from "@/app/Guard";
import { Problem, useComplain } from "@/app/Problem";
import { mayWrite, useSession } from "@/app/session";
import { useFormat } from "@/format/useFormat";
import { instantIn } from "@/format/zoned";
import { useFilters } from "@/lists/useFilters";
import { StateTag } from "../journeys/StateTag";
import { Counterfactual } from "./Counterfactual";
import "@/lists/lists.css";
import "./review.css";

/** What the draft would have done with the people, events and receipts that were really recorded. Simulated: nothing is sent. */
export default function CounterfactualPage() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const journey = useQuery({ ...journeyQuery(id), refetchOnWindowFocus: false });
  if (journey.isLoadingError) return <Problem error={journey.error} onRetry={journey.refetch} />;
  if (!journey.data) return <Waiting />;
  const { name, state } = journey.data;
  return (
    <main className="page" data-testid="counterfactual-page">
      <header className="page-head">
        <h1>
          {t("replay.title", { name })} <StateTag state={state} /> <Tag color="warning">{t("replay.simulated")}</Tag>
        </h1>
        <Link to={`/journeys/${id}/review`} data-testid="counterfactual-to-review">
          <Button icon={<LineChartOutlined />} tabIndex={-1}>
            {t("journeys.review")}
          </Button>
        </Link>
        <Link to={`/journeys/${id}`} data-testid="counterfactual-to-canvas">
          <Button icon={<EditOutlined />} tabIndex={-1}>
            {t("review.canvas")}
          </Button>
        </Link>
      </header>
      <Alert type="warning" showIcon className="review-verdict" title={t("replay.hint")} data-testid="simulated" />
      <Asked journey={journey.data} />
    </main>
  );
}

interface Period {
  since: string;
  until: string;
}

/** From the beginning of the first day to the end of the last, by the clocks of the workspace. */
const instantsOf = ({ since, until }: Period, zone: string): Period => ({
  since: instantIn(`${since}T00:00`, zone),
  until: instantIn(`${dayjs(until).add(1, "day").format("YYYY-MM-DD")}T00:00`, zone),
});

/** The month before today's. */
const lastMonth = () => {
  const month = dayjs().subtract(1, "month");
  return { since: month.startOf("month").format("YYYY-MM-DD"), until: month.endOf("month").format("YYYY-MM-DD") };
};

function Asked({ journey }: { journey: Journey }) {
  const { t } = useTranslation();
  const complain = useComplain();
  const queries = useQueryClient();
  const writes = mayWrite(useSession());
  const [asked, put] = useFilters(["run"] as const);
  const [period, setPeriod] = useState(lastMonth);
  const { zone, time } = useFormat();
  const earlier = useQuery(replaysQuery(journey.id)).data?.results ?? [];
  const run = asked.run ?? "";
  const replay = useQuery(replayQuery(journey.id, run));
  const start = useMutation({
    mutationFn: () => startReplay(journey.id, instantsOf(period, zone)),
    onSuccess: ({ id }) => {
      put("run", id);
      void queries.invalidateQueries({ queryKey: replaysQuery(journey.id).queryKey, exact: true });
    },
    onError: complain,
  });
  const cancel = useMutation({
    mutationFn: () => cancelReplay(journey.id, run),
    onSuccess: () => replay.refetch(),
    onError: complain,
  });
  const { data } = replay;
  const busy = data !== undefined && isRunning(data);
  return (
    <>
      <div className="filters">
        <DatePicker.RangePicker
          allowClear={false}
          value={[dayjs(period.since), dayjs(period.until)]}
          aria-label={t("replay.period")}
          data-testid="replay-period"
          onChange={(range) =>
            range?.[0] &&
            range[1] &&
            setPeriod({ since: range[0].format("YYYY-MM-DD"), until: range[1].format("YYYY-MM-DD") })
          }
        />
        {writes && (
          <Button
            type="primary"
            loading={start.isPending || busy}
            onClick={() => start.mutate()}
            data-testid="replay-start"
          >
            {t("replay.start")}
          </Button>
        )}
        {earlier.length > 0 && (
          <Select
            allowClear
            popupMatchSelectWidth={false}
            value={run || undefined}
            placeholder={t("replay.earlier")}
            aria-label={t("replay.earlier")}
            data-testid="replay-earlier"
            options={earlier.map(({ id, created_at, state }) => ({
              value: id,
              label: `${time(created_at)} · ${t(`replay.state.${state}`)}`,
            }))}
            onChange={(chosen?: string) => put("run", chosen)}
          />
        )}
      </div>
      {run !== "" && replay.error && <Problem error={replay.error} onRetry={replay.refetch} />}
      {run === "" && (
        <section className="panel">
          <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("replay.none")} />
        </section>
      )}
      {data && data.state !== "done" && (
        <section className="panel" data-testid="replay-progress" data-state={data.state}>
          <h2>{t(`replay.state.${data.state}`)}</h2>
          {busy && (
            <div className="review-head">
              <Progress percent={Math.floor(data.progress * 100)} aria-label={t("exports.progress")} />
              <Button loading={cancel.isPending} onClick={() => cancel.mutate()} data-testid="replay-cancel">
                {t("forecast.cancel")}
              </Button>
            </div>
          )}
          {data.error && <Alert type="error" showIcon title={data.error} />}
        </section>
      )}
      {data?.state === "done" && data.result && <Counterfactual journey={journey} replay={run} result={data.result} />}
    </>
  );
}
