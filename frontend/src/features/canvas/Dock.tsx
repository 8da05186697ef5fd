import { Spin } from "antd";
import { lazy, Suspense } from "react";
import { useView } from "@/canvas/store/viewStore";
import { DockFrame } from "./DockFrame";
import { IssuesPanel } from "./IssuesPanel";
import { NodePanel } from "./NodePanel";

const SettingsPanel = lazy(() => import("./SettingsPanel"));
const TestPanel = lazy(() => import("./TestPanel"));
const EnrollPanel = lazy(() => import("./EnrollPanel"));
const TalkPanel = lazy(() => import("../life/TalkPanel"));
const PeoplePanel = lazy(() => import("./PeoplePanel"));
const StreamPanel = lazy(() => import("./StreamPanel"));

/** The one panel beside the canvas: what it holds depends on what was asked for last. */
export function Dock({ journeyId, readOnly }: { journeyId: string; readOnly: boolean }) {
  const dock = useView((state) => state.dock);
  if (!dock) return null;
  return (
    <Suspense
      fallback={
        <DockFrame title="">
          <Spin />
        </DockFrame>
      }
    >
      {dock.kind === "node" && <NodePanel key={dock.node} journeyId={journeyId} id={dock.node} readOnly={readOnly} />}
      {dock.kind === "issues" && <IssuesPanel />}
      {dock.kind === "settings" && <SettingsPanel readOnly={readOnly} />}
      {dock.kind === "test" && <TestPanel journeyId={journeyId} readOnly={readOnly} />}
      {dock.kind === "enroll" && <EnrollPanel journeyId={journeyId} />}
      {dock.kind === "talk" && <TalkPanel journeyId={journeyId} readOnly={readOnly} />}
      {dock.kind === "people" && (
        <PeoplePanel
          key={`${dock.node} ${dock.did} ${dock.outcome}`}
          journeyId={journeyId}
          node={dock.node}
          state={dock.state}
          did={dock.did}
          outcome={dock.outcome}
          readOnly={readOnly}
        />
      )}
      {dock.kind === "stream" && (
        <StreamPanel key={dock.enrollment} enrollment={dock.enrollment} from={dock.from} readOnly={readOnly} />
      )}
    </Suspense>
  );
}
