import type { Definition } from "../../core/definition";
import { durationText, withAsides } from "../../core/sentences";

export const ASSIGNED = ["owner", "attribute", "staff", "rotation"] as const;
export type Assigned = (typeof ASSIGNED)[number];

/** The id of a member of staff, or the rule by which one is found: the person's own, whom an attribute names, or the next of a list. */
export type Assignee = string | { by?: string; key?: string; staff?: string[] };

export interface TaskConfig {
  assignee?: Assignee;
  content?: string;
  materials?: string[];
  /** Counted from the task's creation. */
  due?: string;
  /** How long before it is due somebody is reminded. */
  remind?: string;
}

/** How the assignee is said, and the text that goes with it. */
export function readAssignee(assignee: Assignee | undefined): { by: Assigned; text: string } {
  if (typeof assignee === "string" && assignee !== "") return { by: "staff", text: assignee };
  if (typeof assignee === "object" && assignee.by === "attribute") return { by: "attribute", text: assignee.key ?? "" };
  if (typeof assignee === "object" && assignee.by === "rotation")
    return { by: "rotation", text: (assignee.staff ?? []).join(" ") };
  return { by: "owner", text: "" };
}

export function writeAssignee(by: Assigned, text: string): Assignee {
  if (by === "staff") return text;
  if (by === "rotation") return { by, staff: text.split(/[\s,，、;；]+/).filter(Boolean) };
  return by === "attribute" ? { by, key: text } : { by };
}

export const definition: Definition<TaskConfig> = {
  type: "task",
  family: "touch",
  create: () => ({ assignee: { by: "owner" }, content: "", materials: [], due: "P1D" }),
  outcomes: () => [{ id: "done" }, { id: "overdue" }, { id: "failed" }],
  summary: ({ content, due, assignee, remind, materials = [] }, say) => {
    if (!content) return say("node.task.saysNothing");
    const { by, text } = readAssignee(assignee);
    return withAsides(
      say,
      say(due ? "node.task.saysDue" : "node.task.says", { content, due: durationText(say, due ?? "") }),
      [
        say("node.task.saysTo", { who: say(`node.task.assignees.${by}`) + (text ? ` ${text}` : "") }),
        remind !== undefined && say("node.task.saysRemind", { duration: durationText(say, remind) }),
        materials.length > 0 && say("node.task.saysMaterials", { count: materials.length }),
      ],
    );
  },
};
