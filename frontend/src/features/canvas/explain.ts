/** An entry of an enrollment's stream in words: the inputs of a decision as the engine recorded them. */

import type { StreamEvent } from "@/api/types";
import type { Names } from "@/canvas/core/definition";
import type { GraphNode } from "@/canvas/core/graph";
import type { Say } from "@/canvas/core/sentences";
import { outcomesOf } from "@/canvas/nodes/registry";

interface Words {
  say: Say;
  names: Names;
  nodes: readonly GraphNode[];
  time: (instant: string) => string;
}

const text = (value: unknown): string =>
  typeof value === "string" ? value : value === undefined || value === null ? "" : JSON.stringify(value);

/** The operator's own word for an outcome, where the node still has it. */
function outcomeName(id: string, nodeId: string | null, { nodes, say }: Words): string {
  const node = nodes.find((each) => each.id === nodeId);
  const named = node && outcomesOf(node).find((outcome) => outcome.id === id)?.name;
  return named ?? say(`outcome.${id}`, { defaultValue: id });
}

/** A word of the engine's vocabulary in the operator's language; an unknown one is shown as recorded. */
function word(say: Say, family: string, value: string): string {
  return value ? say(`stream.${family}.${value}`, { defaultValue: value }) : "";
}

/** "a 1, b 2" from a flat object, for figures and compared values. */
function figures(value: unknown): string {
  if (typeof value !== "object" || value === null) return text(value);
  return Object.entries(value)
    .map(([key, item]) => (Array.isArray(value) ? text(item) : `${key} = ${text(item)}`))
    .join(", ");
}

/** The values a split looked at, recorded as [operation, key, value]; rules of several branches look at the same one. */
function looked(values: unknown, say: Say): string {
  if (!Array.isArray(values)) return figures(values);
  const parts = values.map((item) => {
    if (!Array.isArray(item)) return figures(item);
    const [op, key, value] = item;
    if (op === "event") return say("stream.why.lookedEvent", { event: text(key), count: Number(value) });
    return `${text(key)} = ${value === null ? say("words.blank") : text(value)}`;
  });
  return [...new Set(parts)].join(say("words.comma"));
}

/** The values of every branch that was looked at, in order. */
function branchValues(branches: unknown): unknown[] {
  if (!Array.isArray(branches)) return [];
  return branches.flatMap((branch: { values?: unknown[] }) => branch.values ?? []);
}

export function explain(event: StreamEvent, words: Words): string {
  const { say, names, time } = words;
  const { data } = event;
  const reason = word(say, "reason", text(data.reason));
  switch (event.kind) {
    case "node_entered":
      return data.outcome && data.outcome !== "next"
        ? say("stream.why.entered", { outcome: outcomeName(text(data.outcome), text(data.from), words) })
        : "";
    case "wait_started":
      return data.until ? say("stream.why.until", { at: time(text(data.until)) }) : say("stream.why.untilEvent");
    case "event_matched":
      return say("stream.why.matched", { event: text(data.event) });
    case "branch_taken": {
      const branch = outcomeName(text(data.branch ?? data.outcome), event.node, words);
      const compared = looked(branchValues(data.branches), say);
      return compared
        ? say("stream.why.branchValues", { branch, values: compared })
        : say("stream.why.branch", { branch });
    }
    case "variant_assigned":
      // Once the test has a winner nobody is drawn into a bucket any more.
      if (data.bucket === undefined) return outcomeName(text(data.variant), event.node, words);
      return say("stream.why.variant", {
        variant: outcomeName(text(data.variant), event.node, words),
        bucket: Number(data.bucket ?? 0).toFixed(2),
      });
    case "message_requested": {
      const params = {
        channel: say(`channel.${text(data.channel)}`, { defaultValue: text(data.channel) }),
        template: names.template(text(data.template)),
      };
      return data.held_until
        ? say("stream.why.held", { ...params, at: time(text(data.held_until)), reason })
        : say("stream.why.requested", params);
    }
    case "message_blocked":
      return [reason, text(data.rule), figures(data.figures)].filter(Boolean).join(" · ");
    case "message_updated":
      return [say(`messageState.${text(data.state)}`, { defaultValue: text(data.state) }), reason]
        .filter(Boolean)
        .join(" · ");
    case "goal_reached":
    case "converted": {
      const goal = names.goals.find((each) => each.id === data.goal)?.name || text(data.goal);
      return data.event
        ? say(data.value ? "stream.why.convertedValue" : "stream.why.converted", {
            goal,
            event: text(data.event),
            value: text(data.value),
          })
        : goal;
    }
    case "completed":
      return data.outcome && data.outcome !== "next"
        ? say("stream.why.completed", { outcome: outcomeName(text(data.outcome), event.node, words) })
        : "";
    case "exited":
      return data.event ? `${reason} · ${text(data.event)}` : reason;
    case "step_failed":
      return [text(data.error ?? data.detail), reason].filter(Boolean).join(" · ");
    default:
      return reason;
  }
}
