import { ArrowLeftOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Badge, Button, Popconfirm, Spin } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, dataOf } from "@/api/client";
import { enrollmentQuery, streamQuery } from "@/api/queries";
import { Problem, useComplain } from "@/app/Problem";
import { trailOf } from "@/canvas/core/trail";
import { graphStore } from "@/canvas/store/graphStore";
import { type Listed, useView } from "@/canvas/store/viewStore";
import { DockFrame } from "./DockFrame";
import { PERSON_LOOK } from "./PeoplePanel";
import { Stream } from "./Stream";

interface Props {
  enrollment: string;
  /** The list they were found in, to go back to. */
  from?: Listed;
  readOnly: boolean;
}

/** Everything that was decided for one person in this journey, with their way lit on the canvas. */
export default function StreamPanel({ enrollment, from, readOnly }: Props) {
  const { t } = useTranslation();
  const { show, setTrail } = useView.getState();
  const person = useQuery(enrollmentQuery(enrollment));
  const stream = useQuery(streamQuery(enrollment));
  const [chosen, setChosen] = useState<number | null>(null);
  const queries = useQueryClient();
  const complain = useComplain();
  const act = useMutation({
    mutationFn: (what: "exit" | "retry") =>
      dataOf(api.POST(`/api/v1/enrollments/{id}/${what}/`, { params: { path: { id: enrollment } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["enrollments", enrollment] }),
    onError: complain,
  });
  const events = stream.data?.results;
  useEffect(() => {
    if (events) setTrail(trailOf(graphStore.getState().graph, events, chosen ?? undefined));
    return () => setTrail(null);
  }, [events, chosen, setTrail]);

  const error = person.error ?? stream.error;
  const state = person.data?.state;
  return (
    <DockFrame
      testId="stream-panel"
      title={
        <span className="dock-title">
          {from && (
            <Button
              type="text"
              size="small"
              icon={<ArrowLeftOutlined />}
              aria-label={t("canvas.backToPeople")}
              data-testid="stream-back"
              onClick={() => show({ kind: "people", ...from })}
            />
          )}
          {t("stream.title")}
          {state && <Badge status={PERSON_LOOK[state]} text={t(`enrollment.state.${state}`)} />}
        </span>
      }
      footer={
        !readOnly &&
        state && (
          <>
            {state === "failed" && (
              <Button
                type="primary"
                loading={act.isPending}
                onClick={() => act.mutate("retry")}
                data-testid="enrollment-retry"
              >
                {t("stream.retry")}
              </Button>
            )}
            {["active", "waiting", "failed"].includes(state) && (
              <Popconfirm title={t("stream.exitConfirm")} onConfirm={() => act.mutate("exit")}>
                <Button danger type="text" loading={act.isPending} data-testid="enrollment-exit">
                  {t("stream.exit")}
                </Button>
              </Popconfirm>
            )}
          </>
        )
      }
    >
      {error && <Problem error={error} onRetry={() => Promise.all([person.refetch(), stream.refetch()])} />}
      {stream.isPending && <Spin />}
      {person.data && (
        <div className="stream-person">
          <b>{person.data.profile_name || person.data.profile_phone || t("tasks.unnamed")}</b>
          {person.data.profile_name && <span className="soft"> {person.data.profile_phone}</span>}
          <div className="soft">
            {t("stream.profile")} <code data-testid="stream-profile">{person.data.profile_id}</code>
          </div>
          <p data-testid="stream-now">{person.data.explanation}</p>
        </div>
      )}
      {events && <Stream events={events} chosen={chosen} onChoose={setChosen} />}
    </DockFrame>
  );
}
