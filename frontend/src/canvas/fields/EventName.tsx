import { useQuery } from "@tanstack/react-query";
import { AutoComplete, Input } from "antd";
import { useDeferredValue, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { eventNamesQuery } from "@/api/events";
import type { Graph } from "../core/graph";
import { useGraph } from "../store/graphStore";

interface Props {
  value: string | undefined;
  onChange: (value: string) => void;
  testId: string;
}

/** Every event named in this journey: what is typed once is offered everywhere, beside what has come. */
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

function Named({ name, description }: { name: string; description: string | undefined }) {
  return (
    <>
      {name} {description && <span className="soft">{description}</span>}
    </>
  );
}

export function EventName({ value, onChange, testId }: Props) {
  const { t } = useTranslation();
  const graph = useGraph((state) => state.graph);
  const { data } = useQuery(eventNamesQuery(useDeferredValue(value ?? "")));
  const options = useMemo(() => {
    const came = new Map(data?.results.map(({ name, description }) => [name, description]));
    const names = [...new Set([...eventsOf(graph), ...came.keys()])].sort();
    return names.map((name) => ({ value: name, label: <Named name={name} description={came.get(name)} /> }));
  }, [graph, data]);
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
