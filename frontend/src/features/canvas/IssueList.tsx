import { CloseCircleFilled, WarningFilled } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import type { Issue } from "@/api/types";
import { titleOf } from "@/canvas/nodes/titleOf";
import { useGraph } from "@/canvas/store/graphStore";
import { language } from "@/i18n";

interface Props {
  issues: readonly Issue[];
  onOpen: (node: string) => void;
}

/** What the check found, errors first; a finding about a node leads to it. */
export function IssueList({ issues, onOpen }: Props) {
  const { t } = useTranslation();
  const nodes = useGraph((state) => state.graph.nodes);
  const sorted = [...issues].sort((a, b) => Number(a.severity === "warning") - Number(b.severity === "warning"));
  return (
    <ul className="issues">
      {sorted.map((issue, index) => {
        const node = nodes.find((each) => each.id === issue.node_id);
        const words = issue.messages[language()];
        const body = (
          <>
            {issue.severity === "error" ? <CloseCircleFilled className="bad" /> : <WarningFilled className="warn" />}
            <span>
              {node && <b>{titleOf(t, node)} </b>}
              {words}
              <code>{issue.code}</code>
            </span>
          </>
        );
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: two findings may read the same
          <li key={index} data-testid={`issue-${index}`} data-code={issue.code} data-severity={issue.severity}>
            {node ? (
              <button type="button" onClick={() => onOpen(node.id)}>
                {body}
              </button>
            ) : (
              <div>{body}</div>
            )}
          </li>
        );
      })}
    </ul>
  );
}
