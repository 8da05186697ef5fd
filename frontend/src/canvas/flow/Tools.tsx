import {
  ApartmentOutlined,
  ExpandOutlined,
  FileTextOutlined,
  MinusOutlined,
  PlusOutlined,
  QuestionCircleOutlined,
} from "@ant-design/icons";
import { Panel, useReactFlow, useStore } from "@xyflow/react";
import { Button, Tooltip } from "antd";
import { memo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { BRANCHES_HIDDEN, zoomStep } from "../core/zoomSteps";
import { outcomesOf } from "../nodes/registry";
import { useGraph } from "../store/graphStore";
import { useView } from "../store/viewStore";
import { fitAll, zoomIn, zoomOut } from "./moves";
import { useAddNote } from "./useAddNote";
import { useArrange } from "./useArrange";

/** Zoom, auto layout, a note, and the sheet of keys. */
export const Tools = memo(function Tools({ readOnly }: { readOnly: boolean }) {
  const { t } = useTranslation();
  const flow = useReactFlow();
  // Not the whole viewport: that changes with every frame of a drag.
  const percent = useStore((state) => Math.round(state.transform[2] * 100));
  const { busy, arrangeAll } = useArrange();
  const addNote = useAddNote();
  return (
    <Panel position="bottom-left" className="tools">
      <Tool label={t("canvas.zoomOut")} testId="zoom-out" icon={<MinusOutlined />} onClick={() => zoomOut(flow)} />
      <span className="tools-zoom">{percent}%</span>
      <Tool label={t("canvas.zoomIn")} testId="zoom-in" icon={<PlusOutlined />} onClick={() => zoomIn(flow)} />
      <Tool label={t("canvas.fit")} testId="zoom-fit" icon={<ExpandOutlined />} onClick={() => fitAll(flow)} />
      {!readOnly && (
        <Tool
          label={t("canvas.arrange")}
          testId="auto-layout"
          icon={<ApartmentOutlined />}
          busy={busy}
          onClick={arrangeAll}
        />
      )}
      {!readOnly && <Tool label={t("board.addNote")} testId="add-note" icon={<FileTextOutlined />} onClick={addNote} />}
      <Tool
        label={t("board.helpKey")}
        testId="open-help"
        icon={<QuestionCircleOutlined />}
        onClick={() => useView.getState().help(true)}
      />
      <BranchesHidden />
    </Panel>
  );
});

/** Said where numbers that there are cannot be shown. */
function BranchesHidden() {
  const { t } = useTranslation();
  const far = useStore((state) => zoomStep(state.transform[2]) >= BRANCHES_HIDDEN);
  const branches = useGraph((state) => state.graph.nodes.some((node) => outcomesOf(node).length > 1));
  const counted = useView((state) => Object.values(state.counts).some(({ entered }) => (entered ?? 0) > 0));
  if (!far || !branches || !counted) return null;
  return (
    <span className="tools-note" data-testid="branches-hidden">
      {t("board.branchesHidden")}
    </span>
  );
}

interface ToolProps {
  label: string;
  testId: string;
  icon: ReactNode;
  busy?: boolean;
  onClick: () => unknown;
}

function Tool({ label, testId, icon, busy, onClick }: ToolProps) {
  return (
    <Tooltip title={label}>
      <Button
        type="text"
        size="small"
        icon={icon}
        loading={busy}
        aria-label={label}
        data-testid={testId}
        onClick={() => void onClick()}
      />
    </Tooltip>
  );
}
