"""A journey paused over its own due times loses nobody, in either way to go on."""

from datetime import timedelta

import pytest

from journeys.engine.enrollment import Enrollment
from journeys.models import Journey, JourneyChange
from journeys.projections.rebuild import rebuild
from journeys.runtime import acts, pausing, publish
from journeys.runtime.migrating import migrate
from tests.fixtures.graphs import graph, leave, wait, wait_for
from tests.fixtures.world import DAY, HOUR, SECOND, T0, World
from workspaces.errors import DomainError

NODES = {"order": wait_for("order_paid", timeout="P1D"), "yes": leave("bought"), "no": leave("gave up")}
EDGES = ["start -> order", "order.order_paid -> yes", "order.timeout -> no"]
PAUSED, RESUMED = T0 + HOUR, T0 + 3 * DAY + timedelta(milliseconds=7)


def test_everybody_catches_up(world: World) -> None:
    journey = world.journey(graph(NODES, EDGES))
    runs = world.enrolled(journey, *world.people(5))
    world.tick(T0)
    publish.pause(journey, now=PAUSED)
    world.happen(runs[0].row.profile_id, "order_paid", T0 + 2 * HOUR)
    world.tick(RESUMED)
    publish.resume(journey, now=RESUMED)
    world.tick(RESUMED)
    assert [run.node for run in runs] == ["yes", "no", "no", "no", "no"]


def test_a_shift_moves_every_wait_by_exactly_the_length_of_the_pause(world: World) -> None:
    journey = world.journey(graph(NODES, EDGES))
    runs = world.enrolled(journey, *world.people(5))
    world.tick(T0)
    publish.pause(journey, now=PAUSED)
    paused = Journey.objects.get(pk=journey.pk)
    assert paused.paused_at == PAUSED
    publish.resume(paused, "shift", now=RESUMED)
    assert Journey.objects.filter(pk=journey.pk, state="live", paused_at=None).exists()
    due = T0 + DAY + (RESUMED - PAUSED)
    assert {run.due_at for run in runs} == {due}
    assert runs[0].last("resumed").data == {"shift": (RESUMED - PAUSED).total_seconds()}
    assert world.tick(due - SECOND).moved == 0
    world.tick(due)
    assert {run.node for run in runs} == {"no"}


def test_an_event_in_the_pause_is_heard_after_a_shift(world: World) -> None:
    journey = world.journey(graph(NODES, EDGES))
    buyer, late = world.enrolled(journey, *world.people(2))
    world.tick(T0)
    publish.pause(journey, now=PAUSED)
    world.happen(buyer.row.profile_id, "order_paid", T0 + 2 * DAY)
    world.tick(T0 + 2 * DAY)
    publish.resume(journey, "shift", now=RESUMED)
    world.tick(RESUMED)
    assert (buyer.node, late.node) == ("yes", "order")


def test_who_had_come_in_but_not_moved_yet_goes_on_at_once(world: World) -> None:
    journey = world.journey(graph(NODES, EDGES))
    (run,) = world.enrolled(journey, world.person())
    publish.pause(journey, now=PAUSED)
    publish.resume(journey, "shift", now=RESUMED)
    world.tick(RESUMED)
    assert (run.node, run.due_at, run.all("resumed")) == ("order", RESUMED + DAY, [])


def test_a_shift_that_broke_off_goes_on_where_it_was(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    journey = world.journey(graph(NODES, EDGES))
    runs = world.enrolled(journey, *world.people(5))
    world.tick(T0)
    publish.pause(journey, now=PAUSED)
    shifted, left = pausing._shifted, [3]

    def broken(state: Enrollment, *arguments: object) -> object:
        if not left[0]:
            raise ConnectionError("the machine went away")
        left[0] -= 1
        return shifted(state, *arguments)  # type: ignore[arg-type]  # the two instants

    act = publish.ask_resume(journey, "shift", None, RESUMED)
    assert act is not None
    monkeypatch.setattr(pausing, "_shifted", broken)
    for _ in range(3 + acts.MOST_FAILURES):
        acts.advance_act(act.pk, RESUMED, at_once=1)
    monkeypatch.undo()
    act.refresh_from_db()
    assert (act.state, act.done, act.error) == ("failed", 3, "ConnectionError: the machine went away")
    journey.refresh_from_db()
    assert (journey.state, len({run.due_at for run in runs})) == ("paused", 2)
    world.verify()
    publish.resume(journey, "shift", now=RESUMED + HOUR)
    assert {run.due_at for run in runs} == {T0 + DAY + (RESUMED + HOUR - PAUSED)}
    assert sorted(len(run.all("resumed")) for run in runs) == [1, 1, 2, 2, 2]


def test_nobody_moves_and_nobody_ends_the_pause_while_waits_are_being_shifted(world: World) -> None:
    """Neither those who have been shifted nor those who have not: the old due times have all passed."""
    journey = world.journey(graph(NODES, EDGES))
    runs = world.enrolled(journey, *world.people(5))
    world.tick(T0)
    publish.pause(journey, now=PAUSED)
    act = publish.ask_resume(journey, "shift", None, RESUMED)
    assert act is not None
    assert acts.advance_act(act.pk, RESUMED, at_once=2)
    assert world.tick(RESUMED).moved == 0
    for mode in ("catch_up", "shift"):
        with pytest.raises(acts.ActUnderWay):
            publish.ask_resume(journey, mode, None, RESUMED)
    with pytest.raises(acts.ActUnderWay):
        publish.ask_stop(journey, "finish", RESUMED, None)
    assert Journey.objects.get(pk=journey.pk).state == "paused"
    # Who goes on with it later shifts by the pause as it was when its end was asked for.
    acts.perform(act, RESUMED + HOUR, at_once=2)
    assert Journey.objects.get(pk=journey.pk).state == "live"
    assert {run.due_at for run in runs} == {T0 + DAY + (RESUMED - PAUSED)}
    assert {len(run.all("resumed")) for run in runs} == {1}


def test_a_stop_that_takes_everybody_out_ends_a_shift(world: World) -> None:
    journey = world.journey(graph(NODES, EDGES))
    runs = world.enrolled(journey, *world.people(3))
    world.tick(T0)
    publish.pause(journey, now=PAUSED)
    shift = publish.ask_resume(journey, "shift", None, RESUMED)
    assert shift is not None
    acts.advance_act(shift.pk, RESUMED, at_once=2)
    publish.stop(journey, "exit", RESUMED)
    assert not acts.advance_act(shift.pk, RESUMED, at_once=2)
    shift.refresh_from_db()
    assert (shift.state, shift.error.split(":")[0]) == ("failed", "wrong_state")
    assert {run.state for run in runs} == {"exited"}
    assert Journey.objects.get(pk=journey.pk).state == "stopped"


def test_a_pause_whose_beginning_is_not_known_cannot_be_shifted(world: World) -> None:
    journey = world.journey(graph(NODES, EDGES))
    publish.pause(journey, now=PAUSED)
    journey.paused_at = None
    journey.save()
    with pytest.raises(DomainError) as raised:
        publish.resume(journey, "shift", now=RESUMED)
    assert raised.value.code == "pause_unknown"
    publish.resume(journey, now=RESUMED)


def test_moved_and_shifted_people_are_rebuilt_as_they_were(world: World) -> None:
    journey = world.journey(graph(NODES, EDGES))
    runs = world.enrolled(journey, *world.people(3))
    world.tick(T0)
    publish.pause(journey, now=PAUSED)
    publish.publish(journey, None, PAUSED)
    migrate(journey, now=PAUSED)
    publish.resume(journey, "shift", now=RESUMED)
    due = {run.due_at for run in runs}
    world.verify()
    for run in runs:
        row = run.row
        row.due_at = None
        row.save()
    rebuild()
    world.verify()
    assert {run.due_at for run in runs} == due == {T0 + DAY + (RESUMED - PAUSED)}


def test_the_change_log_says_how_long_the_pause_was_and_what_became_of_people(world: World) -> None:
    journey = world.journey(graph({"rest": wait("P1D")}, ["start -> rest"]))
    world.enrolled(journey, *world.people(2))
    world.tick(T0)
    publish.pause(journey, now=PAUSED)
    publish.resume(journey, "shift", now=RESUMED)
    entry = JourneyChange.objects.get(journey=journey, kind="resumed")
    assert entry.data == {"mode": "shift", "seconds": (RESUMED - PAUSED).total_seconds(), "shifted": 2}
