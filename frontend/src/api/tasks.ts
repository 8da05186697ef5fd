/** Staff tasks: what journeys ask members of staff to do for one person. */

import type { Assignee } from "@/canvas/nodes/task/definition";
import { ask } from "./ask";
import type { Page, Schemas } from "./types";

/** The answer as described, with the two fields that are JSON there. */
export type Task = Omit<Schemas["Task"], "assignee" | "materials"> & { assignee: Assignee; materials: string[] };
export type TaskState = Task["state"];
export type TaskResult = "done" | "failed";

export const TASK_STATES = ["open", "done", "failed", "overdue", "cancelled"] as const satisfies readonly TaskState[];

/** Tasks, newest first. */
export function tasksPage(state: TaskState | undefined, cursor?: string): Promise<Page<Task>> {
  return ask("get", "tasks/", { query: { state, cursor, page_size: 50 } });
}

/** Says how a task ended; the person goes on by that outcome. */
export function closeTask(id: string, result: TaskResult, note: string): Promise<Task> {
  return ask("post", `tasks/${id}/close/`, { body: { result, note } });
}
