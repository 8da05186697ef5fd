import { Empty } from "antd";
import { useTranslation } from "react-i18next";
import { useView } from "@/canvas/store/viewStore";
import { DockFrame } from "./DockFrame";
import { IssueList } from "./IssueList";

export function IssuesPanel() {
  const { t } = useTranslation();
  const { issues: faults, signals, lookAt } = useView();
  const issues = [...faults, ...signals.warnings];
  return (
    <DockFrame title={t("canvas.issues")} testId="issues-panel">
      {issues.length === 0 ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("canvas.noIssues")} />
      ) : (
        <IssueList issues={issues} onOpen={lookAt} />
      )}
    </DockFrame>
  );
}
