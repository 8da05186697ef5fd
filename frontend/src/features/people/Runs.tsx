import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Badge, Button, Drawer, Empty, Popconfirm, Spin, Table } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { leaveRun, type Run, runsOfQuery } from "@/api/people";
import { enrollmentQuery, streamQuery } from "@/api/queries";
import { Problem, useComplain } from "@/app/Problem";
import { mayWrite, useSession } from "@/app/session";
import { PERSON_LOOK } from "@/features/canvas/PeoplePanel";
import { Stream } from "@/features/canvas/Stream";
import { useFormat } from "@/format/useFormat";
import "@/features/canvas/stream.css";

const INSIDE = ["active", "waiting", "failed"];

interface Props {
  id: string;
  /** The run that is explained. */
  open: string | undefined;
  onOpen: (run: string | undefined) => void;
}

/** The person's runs through journeys: where they are in each now, and why they came there. */
export function Runs({ id, open, onOpen }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const writes = mayWrite(useSession());
  const { data, error, isLoadingError, isPending, refetch } = useQuery(runsOfQuery(id));
  if (isLoadingError) return <Problem error={error} onRetry={refetch} />;
  const columns = [
    {
      title: t("profiles.journey"),
      key: "journey",
      width: 200,
      render: (_: unknown, run: Run) => (
        <>
          <Link to={`/journeys/${run.journey}?person=${run.id}`}>{run.journey_name}</Link>
          <div className="soft">
            v{run.version} · {t("people.enrolled", { at: format.time(run.enrolled_at) })}
          </div>
        </>
      ),
    },
    {
      title: t("journeys.stateTitle"),
      key: "state",
      width: 110,
      render: (_: unknown, { state }: Run) => (
        <Badge status={PERSON_LOOK[state]} text={t(`enrollment.state.${state}`)} />
      ),
    },
    {
      title: t("profiles.whereNow"),
      key: "now",
      width: 300,
      render: (_: unknown, run: Run) => <span data-testid={`run-now-${run.id}`}>{run.explanation}</span>,
    },
    {
      title: <span className="unseen">{t("journeys.actions")}</span>,
      key: "actions",
      width: 190,
      render: (_: unknown, run: Run) => (
        <span className="row-end">
          <Button size="small" onClick={() => onOpen(run.id)} data-testid={`run-explain-${run.id}`}>
            {t("profiles.explain")}
          </Button>
          {writes && INSIDE.includes(run.state) && <Leave run={run.id} />}
        </span>
      ),
    },
  ];
  return (
    <>
      <Table<Run>
        rowKey="id"
        loading={isPending}
        dataSource={data?.results}
        columns={columns}
        pagination={false}
        scroll={{ x: 800 }}
        locale={{ emptyText: data ? <Empty description={t("profiles.noRuns")} /> : " " }}
        data-testid="runs"
      />
      {open && <Explained run={open} onClose={() => onOpen(undefined)} />}
    </>
  );
}

function Leave({ run }: { run: string }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const complain = useComplain();
  const leave = useMutation({
    mutationFn: () => leaveRun(run),
    onError: complain,
    onSettled: () => queries.invalidateQueries({ queryKey: ["person"] }),
  });
  return (
    <Popconfirm title={t("stream.exitConfirm")} onConfirm={() => leave.mutate()}>
      <Button size="small" danger loading={leave.isPending} data-testid={`run-exit-${run}`}>
        {t("stream.exit")}
      </Button>
    </Popconfirm>
  );
}

/** Everything that was decided for the person in one run, in plain words. */
function Explained({ run, onClose }: { run: string; onClose: () => void }) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<number | null>(null);
  const person = useQuery(enrollmentQuery(run));
  const stream = useQuery(streamQuery(run));
  const error = person.error ?? stream.error;
  return (
    <Drawer
      open
      size={560}
      title={person.data ? t("profiles.explained", { journey: person.data.journey_name }) : t("profiles.explain")}
      onClose={onClose}
      data-testid="explained"
    >
      {error && <Problem error={error} onRetry={() => Promise.all([person.refetch(), stream.refetch()])} />}
      {stream.isPending && <Spin />}
      {person.data && (
        <p data-testid="explained-now">
          <Badge status={PERSON_LOOK[person.data.state]} text={t(`enrollment.state.${person.data.state}`)} />
          <br />
          {person.data.explanation}
        </p>
      )}
      {stream.data && <Stream events={stream.data.results} chosen={chosen} onChoose={setChosen} />}
    </Drawer>
  );
}
