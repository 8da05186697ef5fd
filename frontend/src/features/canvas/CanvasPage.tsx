import { useQuery } from "@tanstack/react-query";
import { ReactFlowProvider } from "@xyflow/react";
import { useCallback, useEffect } from "react";
import { useParams, useSearchParams } from "react-router";
import { journeyQuery } from "@/api/queries";
import type { EnrollmentState } from "@/api/types";
import { Waiting } from "@/app/Guard";
import { LeaveDialog } from "@/app/LeaveDialog";
import { Problem } from "@/app/Problem";
import { mayWrite, useSession } from "@/app/session";
import { FirstTour } from "@/app/tour/FirstTour";
import { FlowCanvas } from "@/canvas/flow/FlowCanvas";
import { Palette } from "@/canvas/flow/Palette";
import { useAddNode } from "@/canvas/flow/useAddNode";
import { useAddNote } from "@/canvas/flow/useAddNote";
import { graphStore, isDirty } from "@/canvas/store/graphStore";
import { useView } from "@/canvas/store/viewStore";
import { ConflictDialog } from "./ConflictDialog";
import { Dock } from "./Dock";
import { TopBar } from "./TopBar";
import { useAutosave, useAutosaveWish } from "./useAutosave";
import { useDraft } from "./useDraft";
import { useLive, useSignals } from "./useLive";
import { useValidation } from "./useValidation";
import "@/canvas/fields/fields.css";
import "./canvas.css";
import "./stream.css";

export default function CanvasPage() {
  const { id = "" } = useParams();
  const journey = useQuery({ ...journeyQuery(id), refetchOnWindowFocus: false });
  if (journey.isPending) return <Waiting />;
  if (journey.isLoadingError) return <Problem error={journey.error} onRetry={journey.refetch} />;
  return (
    <ReactFlowProvider key={id}>
      <Workbench id={id} />
    </ReactFlowProvider>
  );
}

function Workbench({ id }: { id: string }) {
  const draft = useDraft(id);
  const readOnly = !mayWrite(useSession()) || draft.journey.state === "archived";
  const [autosaves, setAutosaves] = useAutosaveWish();
  useAutosave(draft, autosaves && draft.ready && !readOnly);
  useLive(id);
  useSignals(id);
  useValidation();
  const { save, ready } = draft;
  const { mutate } = save;
  const saveNow = useCallback(() => mutate(undefined), [mutate]);
  const [search] = useSearchParams();
  const person = search.get("person");
  useEffect(() => {
    if (ready && person) useView.getState().show({ kind: "stream", enrollment: person });
  }, [ready, person]);
  const people = search.get("people");
  useEffect(() => {
    if (ready && people) useView.getState().show({ kind: "people", state: people as EnrollmentState });
  }, [ready, people]);
  useEffect(() => {
    document.title = `${draft.journey.name} · 知途`;
    return () => {
      document.title = "知途 Zhitu";
    };
  }, [draft.journey.name]);
  return (
    <div className="workbench">
      <TopBar draft={draft} readOnly={readOnly} autosaves={autosaves} onAutosaves={setAutosaves} />
      <div className="workbench-body">
        {!readOnly && <SidePalette />}
        {draft.ready && <FlowCanvas readOnly={readOnly} onSave={saveNow} />}
        {draft.ready && <FirstTour name="canvas" />}
        <Dock journeyId={id} readOnly={readOnly} />
      </div>
      {draft.conflict && (
        <ConflictDialog journeyId={id} mine={draft.conflict} onSaved={draft.settled} onClose={draft.closeConflict} />
      )}
      <LeaveDialog lost={unsaved} save={readOnly ? undefined : () => save.mutateAsync(undefined)} onDiscard={discard} />
    </div>
  );
}

const unsaved = () => isDirty(graphStore.getState());

/** What is given up must not be found unsaved by the next way out. */
function discard() {
  const { saved, open } = graphStore.getState();
  open(saved.graph, saved.revision);
}

function SidePalette() {
  return <Palette onAdd={useAddNode()} onNote={useAddNote()} />;
}
