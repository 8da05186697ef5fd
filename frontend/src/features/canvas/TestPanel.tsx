import { CaretRightFilled } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Input, Segmented } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, dataOf } from "@/api/client";
import type { SimulateRequest } from "@/api/types";
import { Problem } from "@/app/Problem";
import { trailOf } from "@/canvas/core/trail";
import { DurationInput } from "@/canvas/fields/DurationInput";
import { EventName } from "@/canvas/fields/EventName";
import { Field } from "@/canvas/fields/Field";
import { PropertyRows } from "@/canvas/fields/PropertyRows";
import type { TriggerKind } from "@/canvas/nodes/trigger/definition";
import { graphStore, useGraph } from "@/canvas/store/graphStore";
import { useView } from "@/canvas/store/viewStore";
import { useFormat } from "@/format/useFormat";
import { language } from "@/i18n";
import { DockFrame } from "./DockFrame";
import { KeptScripts } from "./KeptScripts";
import { ScriptedEvents } from "./ScriptedEvents";
import { ScriptedReceipts } from "./ScriptedReceipts";
import { newScript, requestOf, type Script } from "./script";
import { TestPerson } from "./TestPerson";
import { TestResult } from "./TestResult";
import { useWork } from "./useWork";

/** Runs the draft for an invented person in virtual time: nothing is sent and nothing is stored. */
export default function TestPanel({ journeyId, readOnly }: { journeyId: string; readOnly: boolean }) {
  const { t } = useTranslation();
  const { zone } = useFormat();
  const graph = useGraph((state) => state.graph);
  const setTrail = useView((state) => state.setTrail);
  const [{ script, kept }, setWork] = useWork(journeyId, () => newScript(graphStore.getState().graph, zone));
  const [tab, setTab] = useState<"script" | "result">("script");
  const [chosen, setChosen] = useState<number | null>(null);
  const own = newScript(graph, zone).entry;
  const put = (part: Partial<Script>) => setWork({ kept, script: { ...script, ...part } });

  const [asked, setAsked] = useState<{ body: SimulateRequest; at: number } | null>(null);
  const run = useQuery({
    // What happened is told in the language of the request.
    queryKey: ["simulation", asked, language()],
    queryFn: () => dataOf(api.POST("/api/v1/journeys/simulate/", { body: asked?.body as SimulateRequest })),
    enabled: asked !== null,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
    placeholderData: (previous) => previous,
  });
  const start = () => {
    setAsked({ body: requestOf(script, graphStore.getState().graph, zone), at: Date.now() });
    // A run is shown from its beginning, to be stepped through.
    setChosen(0);
    setTab("result");
  };
  const { data } = run;
  useEffect(() => {
    if (!data || tab !== "result") return;
    setTrail({ ...trailOf(graph, data.events, chosen ?? undefined), whole: trailOf(graph, data.events).nodes });
  }, [data, tab, chosen, graph, setTrail]);
  // A step along the way is no end of it: only the panel's going, or the script's, lets the canvas go back.
  useEffect(() => {
    if (tab !== "result") setTrail(null);
    return () => setTrail(null);
  }, [tab, setTrail]);

  return (
    <DockFrame
      wide
      testId="test-panel"
      title={t("test.title")}
      footer={
        <Button
          type="primary"
          block
          icon={<CaretRightFilled />}
          loading={run.isFetching}
          onClick={start}
          data-testid="test-run"
        >
          {t("test.run")}
        </Button>
      }
    >
      <Segmented
        block
        value={tab}
        aria-label={t("test.title")}
        options={[
          { value: "script", label: t("test.script") },
          { value: "result", label: t("test.result"), disabled: !data },
        ]}
        onChange={setTab}
      />
      {run.error && <Problem error={run.error} />}
      {tab === "result" && data ? (
        <TestResult simulation={data} chosen={chosen} onChoose={setChosen} />
      ) : (
        <>
          <p className="field-hint">{t("test.hint")}</p>
          <KeptScripts journeyId={journeyId} readOnly={readOnly} script={script} kept={kept} onWork={setWork} />
          <TestPerson script={script} put={put} />
          <Field label={t("test.seed")} hint={t("test.seedHint")}>
            <Input
              value={script.person}
              aria-label={t("test.seed")}
              data-testid="test-person"
              onChange={(event) => put({ person: event.target.value })}
            />
          </Field>
          <Field label={t("test.entry")}>
            <Segmented
              size="small"
              value={script.entry}
              aria-label={t("test.entry")}
              options={[...new Set<TriggerKind>(["event", "api", own])].map((kind) => ({
                value: kind,
                label: t(`node.trigger.kinds.${kind}`),
              }))}
              onChange={(entry) => put({ entry })}
            />
            {script.entry === "event" && (
              <EventName
                value={script.entryEvent}
                testId="test-entry-event"
                onChange={(entryEvent) => put({ entryEvent })}
              />
            )}
            {(script.entry === "event" || script.entry === "api") && (
              <PropertyRows
                value={script.entryProperties}
                onChange={(entryProperties) => put({ entryProperties })}
                addText={t("enroll.addProperty")}
                testId="test-entry-property"
              />
            )}
          </Field>
          <Field label={t("test.start")} hint={t("test.startHint", { zone })}>
            <Input
              type="datetime-local"
              value={script.start}
              aria-label={t("test.start")}
              data-testid="test-start"
              onChange={(event) => put({ start: event.target.value })}
            />
          </Field>
          <Field label={t("test.events")} hint={t("test.eventsHint")}>
            <ScriptedEvents value={script.events} onChange={(events) => put({ events })} />
          </Field>
          <Field label={t("test.receipts")} hint={t("test.receiptsHint")}>
            <ScriptedReceipts value={script.receipts} onChange={(receipts) => put({ receipts })} />
          </Field>
          <Field label={t("test.until")}>
            <DurationInput
              value={script.until}
              label={t("test.until")}
              testId="test-until"
              onChange={(until) => put({ until })}
            />
          </Field>
        </>
      )}
    </DockFrame>
  );
}
