import type { Definition } from "../../core/definition";
import { durationText } from "../../core/sentences";

export const ASSIGNED = ["owner", "attribute", "staff"] as const;

/** Who does the task: the person's own staff member, the one an attribute names, or always the same one. */
export interface Assignee {
  by: (typeof ASSIGNED)[number];
  /** The attribute, with `attribute`. */
  key?: string;
  /** The staff member, with `staff`. */
  id?: string;
}

export interface TaskConfig {
  assignee?: Assignee;
  content?: string;
  materials?: string[];
  due?: string;
  /** How long after the task was given it is asked for again. */
  remind?: string;
}

export const definition: Definition<TaskConfig> = {
  type: "task",
  family: "touch",
  create: () => ({ assignee: { by: "owner" }, content: "", materials: [], due: "P1D" }),
  outcomes: () => [{ id: "done" }, { id: "overdue" }, { id: "failed" }],
  summary: ({ content, due }, say) =>
    content
      ? say(due ? "node.task.saysDue" : "node.task.says", { content, due: durationText(say, due ?? "") })
      : say("node.task.saysNothing"),
};
