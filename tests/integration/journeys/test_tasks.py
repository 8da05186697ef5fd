"""Staff tasks: a path waits for one, and goes on as it ends."""

import pytest

from journeys.models import StaffTask
from journeys.runtime import publish, tasks
from journeys.runtime.leaving import exit_enrollment
from tests.fixtures.graphs import GOAL, graph, leave
from tests.fixtures.world import DAY, HOUR, T0, Run, World
from workspaces.errors import DomainError

NODES = {
    "call": ("task", {"assignee": "zhang", "content": "请联系{{ profile.name }}", "due": "P2D", "remind": "PT4H"}),
    **{name: leave(name) for name in ("done", "overdue", "failed")},
}
EDGES = ["start -> call", *(f"call.{name} -> {name}" for name in ("done", "overdue", "failed"))]


def waiting(world: World, **settings: object) -> tuple[Run, StaffTask]:
    (run,) = world.enrolled(world.journey(graph(NODES, EDGES, **settings)), world.person(name="李"))
    world.tick(T0)
    return run, StaffTask.objects.get(enrollment_id=run.id)


def test_a_task_says_what_to_do_for_whom_and_until_when(world: World) -> None:
    run, task = waiting(world)
    assert (task.content, task.assignee, task.state) == ("请联系李", "zhang", "open")
    assert (task.due_at, task.remind_at) == (T0 + 2 * DAY, T0 + 2 * DAY - 4 * HOUR)
    (event,) = run.all("task_created")
    assert event.data == {"task": str(task.pk), "due": task.due_at.isoformat()}
    assert "李" not in str([entry.data for entry in run.events])


@pytest.mark.parametrize("result", ["done", "failed"])
def test_the_path_goes_on_as_the_task_ends(world: World, result: str) -> None:
    run, task = waiting(world)
    tasks.close(task, result, "说好了", None, T0 + HOUR)  # type: ignore[arg-type]
    world.tick(T0 + HOUR)
    assert run.node == result
    assert run.all("task_closed")[0].data == {
        "task": str(task.pk),
        "state": result,
        "changed_at": (T0 + HOUR).isoformat(),
    }
    with pytest.raises(DomainError, match="closed"):
        tasks.close(task, "done", "", None, T0 + HOUR)


def test_a_task_that_nobody_closes_is_overdue(world: World) -> None:
    run, task = waiting(world)
    world.tick(T0 + 2 * DAY)
    assert run.node == "overdue"
    task.refresh_from_db()
    assert (task.state, task.closed_at) == ("overdue", T0 + 2 * DAY)


def test_a_path_that_is_cut_short_takes_its_task_back(world: World) -> None:
    run, task = waiting(world, goals=[{**GOAL, "exit": True}])
    world.happen(run.row.profile_id, "order_paid", T0 + HOUR)
    world.tick(T0 + HOUR)
    task.refresh_from_db()
    assert (run.state, task.state) == ("converted_exit", "cancelled")


def test_news_of_another_task_changes_nothing(world: World) -> None:
    run, _ = waiting(world)
    (other,) = world.enrolled(world.journey(graph(NODES, EDGES)), world.person(name="王"))
    world.tick(T0)
    task = StaffTask.objects.get(enrollment_id=other.id)
    StaffTask.objects.filter(pk=task.pk).update(enrollment_id=run.id)
    tasks.close(StaffTask.objects.get(pk=task.pk), "done", "", None, T0 + HOUR)
    world.tick(T0 + HOUR)
    assert (run.node, run.state) == ("call", "waiting")


def test_what_is_done_to_a_run_from_outside_is_done_to_its_task(world: World) -> None:
    run, task = waiting(world)
    journey = run.row.journey
    publish.pause(journey, now=T0 + HOUR)
    publish.resume(journey, "shift", now=T0 + 5 * HOUR)
    task.refresh_from_db()
    assert (task.due_at, task.remind_at) == (T0 + 2 * DAY + 4 * HOUR, T0 + 2 * DAY)
    assert run.due_at == task.due_at
    exit_enrollment(run.row, T0 + 6 * HOUR)
    task.refresh_from_db()
    assert (task.state, task.closed_at) == ("cancelled", T0 + 6 * HOUR)
