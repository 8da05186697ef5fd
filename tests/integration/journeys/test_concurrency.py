"""Commits in any order: no event is lost between ingestion, enrollment, tick and operators."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from django.db import connection, transaction

from journeys.models import Journey
from journeys.runtime import publish
from journeys.runtime.tick import advance
from tests.fixtures.graphs import graph, leave, on_event, wait, wait_for
from tests.fixtures.locks import until_somebody_waits
from tests.fixtures.world import DAY, HOUR, SECOND, T0, World

NODES = {"order": wait_for("order_paid", timeout="P1D"), "yes": leave("bought"), "no": leave("gave up")}
EDGES = ["start -> order", "order.order_paid -> yes", "order.timeout -> no"]


class Background:
    """Work in another connection, which begins its transaction and commits it when it is told to."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self._work = work
        self._done, self._commit = Event(), Event()
        self._pool = ThreadPoolExecutor(1)
        self._future: Future[None] = self._pool.submit(self._run)

    def _run(self) -> None:
        try:
            with transaction.atomic():
                self._work()
                self._done.set()
                assert self._commit.wait(60)
        finally:
            connection.close()

    def uncommitted(self) -> "Background":
        """Return when the work is done and waits to be committed."""
        assert self._done.wait(60), self._future.result(0)
        return self

    def commit(self) -> None:
        self._commit.set()
        self._future.result(60)
        self._pool.shutdown()


def waiting(world: World) -> tuple[Journey, Any]:
    journey, person = world.journey(graph(NODES, EDGES)), world.person()
    world.enroll(journey, person)
    return journey, person


def test_an_event_that_commits_after_the_wait_began_wakes_it(committed_world: World) -> None:
    world = committed_world
    journey, person = waiting(world)
    ingestion = Background(lambda: world.happen(person, "order_paid", T0 + SECOND)).uncommitted()
    world.tick(T0 + SECOND)
    assert world.run(journey, person).state == "waiting"
    ingestion.commit()
    world.tick(T0 + SECOND)
    assert world.run(journey, person).node == "yes"


def test_an_event_that_commits_before_the_wait_begins_is_seen_by_it(committed_world: World) -> None:
    world = committed_world
    journey, person = waiting(world)
    world.happen(person, "order_paid", T0 + SECOND)
    world.tick(T0 + SECOND)
    assert world.run(journey, person).node == "yes"


def test_an_event_that_commits_while_the_tick_that_begins_the_wait_is_open_is_not_lost(committed_world: World) -> None:
    world = committed_world
    journey, person = waiting(world)
    tick = Background(lambda: advance(world.lane, T0 + SECOND)).uncommitted()
    world.happen(person, "order_paid", T0 + SECOND)
    tick.commit()
    world.tick(T0 + SECOND)
    assert world.run(journey, person).node == "yes"


def test_ingestion_does_not_wait_for_a_tick(committed_world: World) -> None:
    world = committed_world
    journey, person = waiting(world)
    tick = Background(lambda: advance(world.lane, T0)).uncommitted()
    with connection.cursor() as cursor:
        cursor.execute("set lock_timeout = '2s'")
        world.happen(person, "order_paid", T0 + SECOND)
        cursor.execute("set lock_timeout = 0")
    tick.commit()
    world.tick(T0 + SECOND)
    assert world.run(journey, person).node == "yes"


@pytest.mark.parametrize("first", ["event", "enrollment"])
def test_an_event_and_the_enrollment_it_follows_commit_in_one_order(committed_world: World, first: str) -> None:
    """Both take the person's lock: the second waits, and an event that commits after the enrollment is not missed."""
    world = committed_world
    journey, person = world.journey(graph(NODES, EDGES)), world.person()
    works = {
        "event": lambda: world.happen(person, "order_paid", T0 + SECOND),
        "enrollment": lambda: world.enroll(journey, person, at=T0),
    }
    before = Background(works.pop(first)).uncommitted()
    (after,) = [Background(work) for work in works.values()]
    until_somebody_waits()
    before.commit()
    after.uncommitted().commit()
    world.tick(T0 + SECOND)
    assert world.run(journey, person).node == ("order" if first == "event" else "yes")


def test_two_ticks_of_one_lane_at_once_move_everybody_once(committed_world: World) -> None:
    world = committed_world
    journey = world.journey(graph({"rest": wait("PT1H"), "end": leave("done")}, ["start -> rest", "rest -> end"]))
    runs = world.enrolled(journey, *world.people(20))
    for at in (T0, T0 + HOUR):
        first = Background(lambda at=at: advance(world.lane, at)).uncommitted()  # type: ignore[misc]
        second = Background(lambda at=at: advance(world.lane, at))  # type: ignore[misc]
        until_somebody_waits()
        first.commit()
        second.uncommitted().commit()
    assert {tuple(run.kinds) for run in runs} == {
        ("enrolled", "node_entered", "wait_started", "wait_ended", "node_entered", "exited")
    }


def test_everybody_can_be_ended_while_ticks_run(committed_world: World) -> None:
    """Tick and operator lock the same people; neither may be the victim of a deadlock."""
    world = committed_world
    journey = world.journey(
        graph({"start": on_event("visited"), "day": wait("P1D"), "more": wait("P1D")}, ["start -> day", "day -> more"])
    )
    people = world.people(300)
    # The order of their ids is not that in which they are due.
    for minute, person in enumerate(reversed(people)):
        world.enroll(journey, person, at=T0 + minute * SECOND)
    world.tick(T0 + HOUR)

    def ticks() -> None:
        try:
            for _ in range(10):
                advance(world.lane, T0 + 2 * DAY, 50)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        futures = [pool.submit(ticks) for _ in range(3)]
        publish.stop(journey, "exit", T0 + 2 * DAY)
        for future in futures:
            future.result()
    assert {run.state for run in world.runs(journey)} == {"exited"}
