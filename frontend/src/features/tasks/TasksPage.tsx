import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Empty, Select, Table, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { cursorOf } from "@/api/queries";
import { TASK_STATES, type Task, type TaskState, tasksPage } from "@/api/tasks";
import { Problem } from "@/app/Problem";
import { mayWrite, useSession } from "@/app/session";
import { readAssignee } from "@/canvas/nodes/task/definition";
import { useFormat } from "@/format/useFormat";
import { CloseTask } from "./CloseTask";
import "./tasks.css";

const LOOK = {
  open: "processing",
  done: "success",
  failed: "error",
  overdue: "warning",
  cancelled: "default",
} as const satisfies Record<TaskState, string>;

/** What journeys ask staff to do, and where they say how it went. */
export default function TasksPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const writes = mayWrite(useSession());
  const [search] = useSearchParams();
  const asked = TASK_STATES.find((each) => each === search.get("state"));
  const [state, setState] = useState<TaskState | undefined>(asked ?? "open");
  const [closing, setClosing] = useState<Task>();
  const tasks = useInfiniteQuery({
    queryKey: ["tasks", state ?? ""],
    queryFn: ({ pageParam }) => tasksPage(state, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => cursorOf(page.next),
    refetchInterval: 10_000,
  });
  const columns = [
    {
      title: t("tasks.content"),
      key: "content",
      render: (_: unknown, task: Task) => <TaskText task={task} />,
    },
    {
      title: t("tasks.person"),
      key: "person",
      width: 190,
      render: (_: unknown, task: Task) => (
        <>
          <Link to={`/journeys/${task.journey_id}?person=${task.enrollment_id}`} data-testid={`task-person-${task.id}`}>
            {task.profile_name || task.profile_phone || t("tasks.unnamed")}
          </Link>
          {task.profile_name && task.profile_phone && <div className="soft">{task.profile_phone}</div>}
        </>
      ),
    },
    {
      title: t("tasks.journey"),
      key: "journey",
      width: 200,
      render: (_: unknown, task: Task) => <Link to={`/journeys/${task.journey_id}`}>{task.journey_name}</Link>,
    },
    {
      title: t("node.task.assignee"),
      key: "assignee",
      width: 150,
      render: (_: unknown, task: Task) => {
        const { by, text } = readAssignee(task.assignee);
        return by === "staff" ? text : [t(`node.task.assignees.${by}`), text].filter(Boolean).join(" · ");
      },
    },
    {
      title: t("tasks.due"),
      key: "due",
      width: 180,
      render: (_: unknown, task: Task) => format.time(task.due_at),
    },
    {
      title: t("tasks.stateTitle"),
      key: "state",
      width: 110,
      render: (_: unknown, task: Task) => (
        <Tag color={LOOK[task.state]} data-testid={`task-state-${task.id}`}>
          {t(`tasks.state.${task.state}`)}
        </Tag>
      ),
    },
    {
      title: <span className="unseen">{t("journeys.actions")}</span>,
      key: "actions",
      width: 220,
      render: (_: unknown, task: Task) =>
        task.state === "open" ? (
          writes && (
            <Button size="small" onClick={() => setClosing(task)} data-testid={`task-close-${task.id}`}>
              {t("tasks.close")}
            </Button>
          )
        ) : (
          <Ending task={task} />
        ),
    },
  ];
  return (
    <main className="page" data-testid="tasks-page">
      <header className="page-head">
        <h1>{t("app.tasks")}</h1>
        <Select
          className="page-filter"
          allowClear
          placeholder={t("journeys.anyState")}
          aria-label={t("tasks.stateTitle")}
          data-testid="tasks-state"
          value={state}
          onChange={setState}
          options={TASK_STATES.map((value) => ({ value, label: t(`tasks.state.${value}`) }))}
        />
      </header>
      {tasks.error && <Problem error={tasks.error} onRetry={tasks.refetch} />}
      {!tasks.isLoadingError && (
        <Table<Task>
          className="sheet"
          rowKey="id"
          loading={tasks.isPending}
          dataSource={tasks.data?.pages.flatMap((page) => page.results)}
          columns={columns}
          pagination={false}
          scroll={{ x: 1100 }}
          // Nothing is said to be missing before it is known.
          locale={{ emptyText: tasks.data ? <Empty description={t(state ? "tasks.noneFound" : "tasks.none")} /> : " " }}
          data-testid="tasks-table"
        />
      )}
      {tasks.hasNextPage && (
        <Button
          block
          className="tasks-more"
          loading={tasks.isFetchingNextPage}
          onClick={() => tasks.fetchNextPage()}
          data-testid="tasks-more"
        >
          {t("people.more")}
        </Button>
      )}
      {closing && <CloseTask task={closing} onClose={() => setClosing(undefined)} />}
    </main>
  );
}

const isAddress = (text: string) => /^https?:\/\//.test(text);

export function TaskText({ task }: { task: Task }) {
  const { t } = useTranslation();
  return (
    <div className="task-text">
      {task.content || <span className="soft">{t("node.task.saysNothing")}</span>}
      {task.materials.map((material) => (
        <div key={material} className="soft">
          {isAddress(material) ? (
            <a href={material} target="_blank" rel="noreferrer">
              {material}
            </a>
          ) : (
            material
          )}
        </div>
      ))}
    </div>
  );
}

/** Who closed it, when, and what they noted. */
function Ending({ task }: { task: Task }) {
  const format = useFormat();
  return (
    <span className="soft">
      {[task.closed_by, format.time(task.closed_at)].filter(Boolean).join(" · ")}
      {task.note && <div>{task.note}</div>}
    </span>
  );
}
