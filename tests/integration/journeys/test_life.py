"""Pause, resume, stop, and operators: nobody is lost."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction

from journeys.models import EnrollmentEvent
from journeys.projections.rebuild import differences, rebuild
from journeys.runtime import publish, states
from journeys.runtime.leaving import exit_enrollment
from journeys.runtime.sweep import overdue_work
from journeys.store.lane import Lane, OwnLane
from tests.fixtures.graphs import GOAL, graph, leave, send, wait_for
from tests.fixtures.world import DAY, HOUR, MINUTE, T0, World
from workspaces.errors import DomainError

NODES = {"order": wait_for("order_paid", timeout="P1D"), "yes": leave("bought"), "no": leave("gave up")}
EDGES = ["start -> order", "order.order_paid -> yes", "order.timeout -> no"]


def test_a_journey_paused_over_its_due_times_loses_nobody(world: World) -> None:
    journey = world.journey(graph(NODES, EDGES, goals=[GOAL]))
    slow, buyer = world.enrolled(journey, *world.people(2))
    world.tick(T0)
    publish.pause(journey)
    world.happen(buyer.row.profile_id, "order_paid", T0 + HOUR)
    assert world.tick(T0 + 3 * DAY).next_due is None
    assert (slow.state, buyer.state, world.inbox()) == ("waiting", "waiting", 1)
    publish.resume(journey)
    world.tick(T0 + 3 * DAY)
    assert (slow.node, buyer.node) == ("no", "yes")
    assert len(world.conversions()) == 1


def test_a_pause_of_one_journey_does_not_hold_another(world: World) -> None:
    paused, other = world.journey(graph(NODES, EDGES)), world.journey(graph(NODES, EDGES))
    person = world.person()
    (stays,), (goes,) = world.enrolled(paused, person), world.enrolled(other, person)
    world.tick(T0)
    publish.pause(paused)
    world.happen(person, "order_paid", T0 + HOUR)
    world.tick(T0 + HOUR)
    assert (stays.node, goes.node) == ("order", "yes")


def test_stop_and_finish_lets_those_inside_go_on(world: World) -> None:
    journey = world.journey(graph(NODES, EDGES))
    (run,) = world.enrolled(journey, world.person())
    world.tick(T0)
    publish.stop(journey, "finish")
    world.tick(T0 + DAY)
    assert run.node == "no"


def test_stop_and_exit_ends_everybody_now(world: World) -> None:
    journey = world.journey(graph(NODES, EDGES))
    runs = world.enrolled(journey, *world.people(3))
    world.tick(T0)
    publish.stop(journey, "exit", T0 + HOUR)
    assert {(run.state, run.last("exited").data["reason"]) for run in runs} == {("exited", "journey_stopped")}
    assert world.tick(T0 + 2 * DAY).moved == 0


def test_an_operator_ends_one_run_once(world: World) -> None:
    (run,) = world.enrolled(world.journey(graph(NODES, EDGES)), world.person())
    world.tick(T0)
    exit_enrollment(run.row, T0 + HOUR)
    assert (run.state, run.due_at, run.last("exited").data["reason"]) == ("exited", None, "operator")
    with pytest.raises(DomainError) as raised:
        exit_enrollment(run.row, T0 + HOUR)
    assert (raised.value.code, raised.value.status) == ("wrong_state", 409)


@pytest.mark.parametrize(
    ("action", "state"),
    [("pause", "paused"), ("resume", "live"), ("archive", "live"), ("stop", "stopped"), ("publish", "stopped")],
)
def test_what_a_journeys_state_does_not_allow_is_refused(world: World, action: str, state: str) -> None:
    journey = world.journey(graph(NODES, EDGES))
    if state == "paused":
        publish.pause(journey)
    if state == "stopped":
        publish.stop(journey, "finish")
    actions: dict[str, Callable[[], object]] = {
        "pause": lambda: publish.pause(journey),
        "resume": lambda: publish.resume(journey),
        "archive": lambda: publish.archive(journey),
        "stop": lambda: publish.stop(journey, "exit"),
        "publish": lambda: publish.publish(journey, None, T0),
    }
    with pytest.raises(states.WrongState):
        actions[action]()
    journey.refresh_from_db()
    assert journey.state == state


def test_a_person_of_their_own_workflow_is_not_moved_by_the_lane(world: World) -> None:
    journey = world.journey(graph(NODES, EDGES, execution="per_person"))
    first, second = world.people(2)
    runs = world.enrolled(journey, first, second)
    world.tick(T0)
    assert {run.node for run in runs} == {"start"}
    assert world.tick_of(journey, first, T0).next_due == T0 + DAY
    assert [run.node for run in runs] == ["order", "start"]
    world.happen(first, "order_paid", T0 + HOUR)
    world.tick_of(journey, second, T0 + HOUR)
    assert runs[0].node == "order"
    world.tick_of(journey, first, T0 + HOUR)
    assert runs[0].node == "yes"


def test_the_sweep_finds_whom_a_lost_timer_has_left_behind(world: World) -> None:
    shared = world.journey(graph(NODES, EDGES))
    own = world.journey(graph(NODES, EDGES, execution="per_person"))
    paused = world.journey(graph(NODES, EDGES))
    person = world.person()
    for journey in (shared, own):
        world.enroll(journey, person)
    elsewhere = World()
    elsewhere.enroll(elsewhere.journey(graph(NODES, EDGES)), elsewhere.person(), at=T0 + DAY)
    sleeping = World()
    paused = sleeping.journey(graph(NODES, EDGES))
    sleeping.enroll(paused, sleeping.person())
    publish.pause(paused)
    found = set(overdue_work(T0 + MINUTE).lanes)
    assert found == {world.lane, Lane(world.workspace.id, 0, OwnLane(own.pk, person))}


def test_the_sweep_finds_news_that_nobody_was_told_of(world: World) -> None:
    journey = world.journey(graph(NODES, EDGES))
    person = world.person()
    world.enroll(journey, person)
    world.tick(T0)
    world.happen(person, "order_paid", T0 + HOUR)
    with connection.cursor() as cursor:
        cursor.execute("update journeys_inboxentry set created_at = %s", [T0 + HOUR])
    assert list(overdue_work(T0 + HOUR).lanes) == []
    assert list(overdue_work(T0 + HOUR + MINUTE).lanes) == [world.lane]


def test_the_sweep_finds_accounts_with_messages_that_should_have_left(world: World) -> None:
    template = world.sms()
    journey = world.journey(graph({"sms": send()}, ["start -> sms"]))
    world.enroll(journey, world.person(phone="13800000000"))
    world.tick(T0)
    assert list(overdue_work(T0).accounts) == []
    assert list(overdue_work(T0 + MINUTE).accounts) == [template.account_id]


@pytest.mark.parametrize(
    "statement", ["update journeys_enrollmentevent set kind = 'x'", "delete from journeys_enrollmentevent"]
)
def test_the_log_refuses_to_be_changed(world: World, statement: str) -> None:
    (run,) = world.enrolled(world.journey(graph(NODES, EDGES)), world.person())
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert EnrollmentEvent.objects.filter(enrollment_id=run.id).exists()


INJECTED = [
    "update journeys_enrollment set node = 'elsewhere'",
    "update journeys_enrollment set seq = seq + 1",
    "update journeys_enrollment set due_at = now()",
    "update journeys_enrollment set context = context || '{\"attempts\": 3}'",
    "delete from journeys_enrollment",
    "update journeys_nodecounter set value = value + 1 where metric = 'entered'",
    "delete from journeys_nodecounter",
    "update journeys_conversion set value = 7",
    "delete from journeys_conversion",
]


@pytest.mark.parametrize("injected", INJECTED)
def test_a_projection_that_is_not_what_the_log_says_is_noticed_and_rebuilt(world: World, injected: str) -> None:
    journey = world.journey(graph(NODES, EDGES, goals=[GOAL]))
    buyer, other = world.enrolled(journey, *world.people(2))
    world.tick(T0)
    world.happen(buyer.row.profile_id, "order_paid", T0 + HOUR, amount=10)
    world.tick(T0 + HOUR)
    world.verify()
    with connection.cursor() as cursor:
        if injected == "delete from journeys_enrollment":
            cursor.execute("create temp table kept as select * from journeys_enrollment")
        cursor.execute(injected)
        assert differences() != []
        if injected == "delete from journeys_enrollment":
            # A row that is gone cannot be told from its stream alone; the comparison says that it is.
            cursor.execute("insert into journeys_enrollment select * from kept")
    rebuild()
    assert (buyer.node, other.node) == ("yes", "order")
    world.verify()
