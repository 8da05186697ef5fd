"""Acts upon many people: batch by batch, by whoever is at it, everybody once, and nobody twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.db import OperationalError, connection

from journeys.engine.step import leave as real
from journeys.models import Journey, JourneyChange, MassAct
from journeys.runtime import acts, leaving, migrating, nudges, publish
from journeys.runtime.leaving import Filters
from journeys.runtime.sweep import overdue_work
from tests.fixtures.graphs import attribute, graph, leave, send, split, wait
from tests.fixtures.world import DAY, HOUR, SECOND, T0, Run, World
from workspaces.errors import DomainError

REST = graph({"rest": wait("P1D"), "end": leave("done")}, ["start -> rest", "rest -> end"])
AT = T0 + HOUR


def waiting(world: World, count: int) -> tuple[Journey, list[Run]]:
    journey = world.journey(REST)
    runs = world.enrolled(journey, *world.people(count))
    world.tick(T0)
    return journey, runs


def fresh(act: MassAct) -> MassAct:
    return MassAct.objects.get(pk=act.pk)


def test_an_act_says_how_far_it_is_and_ends_with_its_entry_in_the_change_log(world: World) -> None:
    journey, _ = waiting(world, 5)
    act = leaving.ask_exit(journey, Filters(node="rest"), T0, None, "recalled")
    assert (act.state, act.total, act.done) == ("queued", 5, 0)
    seen = []
    while acts.advance_act(act.pk, AT, at_once=2):
        seen.append((fresh(act).state, fresh(act).done))
        assert not JourneyChange.objects.filter(journey=journey, kind="exited").exists()
    assert seen == [("running", 2), ("running", 4), ("running", 5)]
    done = fresh(act)
    assert (done.state, done.changed, done.result, done.finished_at) == ("done", 5, {"changed": 5}, AT)
    entry = JourneyChange.objects.get(journey=journey, kind="exited")
    assert entry.data == {"node": "rest", "reason": "recalled", "changed": 5}
    assert not acts.advance_act(act.pk, AT)


def test_one_act_of_a_kind_is_under_way_at_once(world: World) -> None:
    journey, _ = waiting(world, 3)
    first = leaving.ask_exit(journey, Filters(), AT, None)
    with pytest.raises(DomainError) as raised:
        leaving.ask_exit(journey, Filters(node="rest"), AT, None)
    assert (raised.value.code, raised.value.status) == ("act_under_way", 409)
    acts.perform(first, AT)
    assert leaving.exit_some(journey, Filters(), AT, None) == 0


def test_two_who_are_at_the_same_act_do_everybody_once(committed_world: World) -> None:
    world = committed_world
    journey, runs = waiting(world, 60)
    act = leaving.ask_exit(journey, Filters(), T0, None)

    def work() -> None:
        try:
            while acts.advance_act(act.pk, AT, at_once=3):
                pass
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(work), pool.submit(work)]:
            future.result(60)
    done = fresh(act)
    assert (done.state, done.done, done.changed) == ("done", 60, 60)
    assert {len(run.all("exited")) for run in runs} == {1}


def test_what_was_retried_and_failed_again_is_not_retried_twice_by_one_act(world: World) -> None:
    """A batch that was cut off in the middle leaves the others of its page only."""
    world.sms(body="${n}")
    bad = send(params={"n": "{{ profile.visits | divided_by: profile.none }}"})
    journey = world.journey(graph({"sms": bad}, ["start -> sms"]))
    runs = world.enrolled(
        journey, *(world.person(phone=f"1380000000{number}", visits=1, none=0) for number in range(4))
    )
    world.tick(T0)
    for _ in range(5):
        world.tick(runs[0].due_at or T0)
    act = leaving.ask_retry(journey, Filters(), T0 + DAY, None)
    MassAct.objects.filter(pk=act.pk).update(
        state="running", started_at=T0, cursor=runs[3].id, pending=[runs[1].id, runs[3].id], done=2, changed=2
    )
    assert acts.perform(fresh(act), T0 + DAY) == {"changed": 4}
    assert [len(run.all("step_retried")) for run in runs] == [0, 1, 0, 1]


def test_a_batch_that_fails_is_rolled_back_and_tried_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    journey, runs = waiting(world, 4)
    act = leaving.ask_exit(journey, Filters(), T0, None)
    broken = [2]

    def end(state: object, reason: str, now: datetime) -> object:
        if broken[0] and state.id == str(runs[3].id):  # type: ignore[attr-defined]  # an enrollment
            broken[0] -= 1
            raise ValueError("not him")
        return real(state, reason, now)  # type: ignore[arg-type]

    monkeypatch.setattr(leaving, "leave", end)
    assert acts.advance_act(act.pk, AT, at_once=9)
    assert (fresh(act).state, fresh(act).failures, fresh(act).error) == ("queued", 1, "ValueError: not him")
    assert {run.state for run in runs} == {"waiting"}
    while acts.advance_act(act.pk, AT, at_once=9):
        pass
    assert (fresh(act).state, fresh(act).failures, fresh(act).changed) == ("done", 0, 4)


def test_a_database_that_is_away_is_no_failure_of_the_act(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    journey, _ = waiting(world, 1)
    act = leaving.ask_exit(journey, Filters(), T0, None)

    def away(*_: object) -> object:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(leaving, "leave", away)
    for _ in range(acts.MOST_FAILURES + 1):
        with pytest.raises(OperationalError):
            acts.advance_act(act.pk, AT)
    assert (fresh(act).state, fresh(act).failures) == ("queued", 0)


def test_a_migration_ends_when_another_version_is_published_and_what_it_moved_stays_moved(world: World) -> None:
    journey, runs = waiting(world, 4)
    publish.publish(journey, None, T0)
    act = migrating.ask_migration(journey, now=T0)
    acts.advance_act(act.pk, AT, at_once=3)
    publish.publish(journey, None, T0)
    assert not acts.advance_act(act.pk, AT, at_once=3)
    assert (fresh(act).state, fresh(act).done, fresh(act).error.split(":")[0]) == ("failed", 3, "version_changed")
    assert sum(len(run.all("migrated")) for run in runs) == 3
    assert migrating.migrate(journey, now=AT) == (4, 0)


def test_nobody_moves_while_everybody_is_being_taken_out(world: World) -> None:
    """Not even those who have come due: a paused journey that is stopped with `exit` sends nothing more."""
    journey, runs = waiting(world, 5)
    publish.pause(journey, now=AT)
    act = publish.ask_stop(journey, "exit", T0 + 2 * DAY, None)
    assert act is not None
    acts.advance_act(act.pk, T0 + 2 * DAY, at_once=2)
    assert (world.tick(T0 + 2 * DAY).moved, overdue_work(T0 + 3 * DAY).lanes) == (0, [])
    acts.perform(act, T0 + 2 * DAY)
    assert {run.last("exited").data["reason"] for run in runs} == {"journey_stopped"}
    assert JourneyChange.objects.filter(journey=journey, kind__in=["stopped", "exited"]).count() == 1


def test_the_sweep_finds_acts_that_nobody_is_at(world: World) -> None:
    journey, _ = waiting(world, 3)
    act = leaving.ask_exit(journey, Filters(), T0, None)
    assert overdue_work(T0 + SECOND).acts == []
    assert overdue_work(T0 + acts.SILENCE + SECOND).acts == [act.pk]
    acts.advance_act(act.pk, AT, at_once=1)
    assert overdue_work(AT + SECOND).acts == []
    assert overdue_work(AT + acts.SILENCE + SECOND).acts == [act.pk]
    acts.perform(act, AT)
    assert overdue_work(AT + DAY).acts == []


@pytest.mark.parametrize(("small", "nudged"), [(2, True), (3, False)])
def test_a_worker_is_told_of_an_act_that_is_not_small(
    committed_world: World, monkeypatch: pytest.MonkeyPatch, small: int, nudged: bool
) -> None:
    told: list[object] = []
    monkeypatch.setattr(acts, "SMALL", small)
    monkeypatch.setattr(nudges._sink, "act", told.append, raising=False)
    journey, runs = waiting(committed_world, 3)
    act = leaving.ask_exit(journey, Filters(), T0, None)
    assert told == ([act.pk] if nudged else [])
    assert acts.finish_if_small(act, AT) is not nudged
    assert {run.state for run in runs} == ({"waiting"} if nudged else {"exited"})


def test_people_of_an_act_are_those_whom_its_filters_choose_when_their_turn_comes(world: World) -> None:
    city = {"city": split(sh=attribute("city", "上海")), "sh": wait("P1D"), "else": wait("P2D")}
    journey = world.journey(graph(city, ["start -> city", "city.sh -> sh", "city.else -> else"]))
    runs = world.enrolled(journey, *(world.person(city=name) for name in ["上海", "北京", "上海"]))
    world.tick(T0)
    act = leaving.ask_exit(journey, Filters(node="sh"), T0, None)
    acts.advance_act(act.pk, AT, at_once=1)
    world.tick(T0 + DAY)
    acts.perform(act, T0 + DAY)
    assert [run.state for run in runs] == ["exited", "waiting", "completed"]
    assert fresh(act).result == {"changed": 1}
