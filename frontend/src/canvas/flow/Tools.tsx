import { ApartmentOutlined, ExpandOutlined, MinusOutlined, PlusOutlined } from "@ant-design/icons";
import { Panel, useReactFlow, useViewport } from "@xyflow/react";
import { Button, Tooltip } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useComplain } from "@/app/Problem";
import { graphStore } from "../store/graphStore";
import { useSizeOf } from "./useSizeOf";

/** Zoom and auto layout. */
export function Tools({ readOnly }: { readOnly: boolean }) {
  const { t } = useTranslation();
  const flow = useReactFlow();
  const sizeOf = useSizeOf();
  const { zoom } = useViewport();
  const complain = useComplain();
  const [busy, setBusy] = useState(false);
  const arrangeAll = async () => {
    setBusy(true);
    try {
      const { arrange } = await import("./layout");
      const { graph, move } = graphStore.getState();
      move(await arrange(graph, sizeOf));
      window.setTimeout(() => void flow.fitView({ duration: 300, maxZoom: 1, padding: 0.15 }), 50);
    } catch (error) {
      complain(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Panel position="bottom-left" className="tools">
      <Tool
        label={t("canvas.zoomOut")}
        testId="zoom-out"
        icon={<MinusOutlined />}
        onClick={() => flow.zoomOut({ duration: 150 })}
      />
      <span className="tools-zoom">{Math.round(zoom * 100)}%</span>
      <Tool
        label={t("canvas.zoomIn")}
        testId="zoom-in"
        icon={<PlusOutlined />}
        onClick={() => flow.zoomIn({ duration: 150 })}
      />
      <Tool
        label={t("canvas.fit")}
        testId="zoom-fit"
        icon={<ExpandOutlined />}
        onClick={() => flow.fitView({ duration: 250, maxZoom: 1, padding: 0.15 })}
      />
      {!readOnly && (
        <Tool
          label={t("canvas.arrange")}
          testId="auto-layout"
          icon={<ApartmentOutlined />}
          busy={busy}
          onClick={arrangeAll}
        />
      )}
    </Panel>
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
