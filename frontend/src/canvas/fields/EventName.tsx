import { AutoComplete, Input } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Graph } from "../core/graph";
import { useGraph } from "../store/graphStore";

interface Props {
  value: string | undefined;
  onChange: (value: string) => void;
  testId: string;
}

/** Every event named in this journey: what is typed once is offered everywhere. */
function eventsOf(graph: Graph): string[] {
  const found = new Set<string>();
  const walk = (value: unknown) => {
    if (Array.isArray(value)) value.forEach(walk);
    else if (typeof value === "object" && value !== null) {
      for (const [key, item] of Object.entries(value)) {
        const names = key === "event" || (key === "name" && "op" in value && value.op === "event");
        if (names && typeof item === "string" && item) found.add(item);
        walk(item);
      }
    }
  };
  walk([graph.nodes.map((node) => node.config), graph.settings]);
  return [...found].sort();
}

export function EventName({ value, onChange, testId }: Props) {
  const { t } = useTranslation();
  const graph = useGraph((state) => state.graph);
  const options = useMemo(() => eventsOf(graph).map((name) => ({ value: name })), [graph]);
  return (
    <AutoComplete
      className="wide"
      value={value}
      options={options.filter((option) => option.value !== value && option.value.includes(value ?? ""))}
      onChange={(next: string) => onChange(next ?? "")}
    >
      <Input placeholder={t("fields.eventExample")} aria-label={t("fields.event")} data-testid={testId} />
    </AutoComplete>
  );
}
