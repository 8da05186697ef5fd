"""Many people of a journey ended or retried at once: exactly those whom the filters choose."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection, transaction

from journeys.models import JourneyChange
from journeys.runtime import acts, publish
from journeys.runtime.leaving import Filters, ask_exit, exit_some, retry_some
from journeys.runtime.migrating import migrate
from journeys.runtime.tick import advance
from journeys.store.lane import Lane
from tests.fixtures.graphs import attribute, graph, leave, send, split, wait
from tests.fixtures.locks import until_somebody_waits
from tests.fixtures.world import DAY, HOUR, MINUTE, SECOND, T0, Run, World

NODES = {"city": split(sh=attribute("city", "上海")), "sh": wait("P1D"), "else": wait("P2D")}
LANES = range(3)
EDGES = ["start -> city", "city.sh -> sh", "city.else -> else"]


@pytest.mark.parametrize(
    ("filters", "changed"),
    [
        (Filters(), 5),
        (Filters(node="sh"), 2),
        (Filters(state="waiting"), 5),
        (Filters(state="failed"), 0),
        (Filters(state="completed"), 0),
        (Filters(version=1), 5),
        (Filters(version=2), 0),
        (Filters(node="sh", state="waiting", version=1), 2),
    ],
)
def test_those_whom_the_filters_choose_are_ended_and_counted(world: World, filters: Filters, changed: int) -> None:
    journey = world.journey(graph(NODES, EDGES))
    runs = world.enrolled(journey, *(world.person(city=city) for city in ["上海", "北京", "上海", "北京", "北京"]))
    world.tick(T0)
    assert exit_some(journey, filters, T0 + HOUR, None, "recalled") == changed
    assert sum(run.state == "exited" for run in runs) == changed
    assert {run.last("exited").data["reason"] for run in runs if run.state == "exited"} <= {"recalled"}
    assert exit_some(journey, filters, T0 + HOUR, None) == 0
    assert JourneyChange.objects.filter(journey=journey, kind="exited", data__changed=changed).exists()


def test_failed_people_are_retried_and_the_others_are_not(world: World) -> None:
    world.sms(body="${n}")
    bad = send(params={"n": "{{ profile.visits | divided_by: profile.none }}"})
    nodes = {"city": split(sh=attribute("city", "上海")), "sms": bad, "rest": wait("P9D")}
    journey = world.journey(graph(nodes, ["start -> city", "city.sh -> sms", "city.else -> rest"]))
    failing = [world.person(phone=f"1380000000{n}", city="上海", visits=1, none=0) for n in range(3)]
    *failed, waiting = world.enrolled(journey, *failing, world.person())
    world.tick(T0)
    for _ in range(5):
        world.tick(failed[0].due_at or T0)
    assert {run.state for run in failed} == {"failed"}
    assert retry_some(journey, Filters(node="rest"), T0 + DAY, None) == 0
    assert retry_some(journey, Filters(state="failed"), T0 + DAY, None) == 3
    assert [run.state for run in (*failed, waiting)] == ["active", "active", "active", "waiting"]
    assert waiting.all("step_retried") == []


def test_batches_of_any_size_change_everybody_once(world: World) -> None:
    journey = world.journey(graph({"end": wait("P1D")}, ["start -> end"]))
    runs = world.enrolled(journey, *world.people(7))
    world.tick(T0)
    act = ask_exit(journey, Filters(), T0, None)
    assert acts.perform(act, T0, at_once=3) == {"changed": 7}
    assert {len(run.all("exited")) for run in runs} == {1}


@pytest.mark.parametrize("act", ["exit", "migrate", "shift"])
def test_bulk_work_and_ticks_lock_the_same_people_and_neither_is_the_victim(committed_world: World, act: str) -> None:
    """Ticks lock whom they claim in the order in which they are due; that of the ids is the opposite here.

    Each of three lanes is driven by one thread, as by its workflow: the ticks of one lane never overlap.
    """
    world = committed_world
    world.workspace.lanes = len(LANES)
    world.workspace.save()
    nodes = {f"n{number}": wait("PT1M") for number in range(6)}
    edges = ["start -> n0", *(f"n{number} -> n{number + 1}" for number in range(5))]
    journey = world.journey(graph({**nodes, "end": leave("done")}, [*edges, "n5 -> end"]))
    for second, person in enumerate(reversed(world.people(200))):
        world.enroll(journey, person, at=T0 + second * SECOND / 10)
    for number in LANES:
        advance(Lane(world.workspace.id, number), T0 + MINUTE)
    publish.publish(journey, None, T0)
    failures: list[BaseException] = []

    def ticks(lane: int) -> None:
        try:
            for minute in range(2, 40):
                advance(Lane(world.workspace.id, lane), T0 + minute * MINUTE, 25)
        except BaseException as error:  # noqa: BLE001 - told to the test, which runs in another thread
            failures.append(error)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        futures = [pool.submit(ticks, lane) for lane in LANES]
        runs: list[Run] = world.runs(journey)
        if act == "exit":
            changed = exit_some(journey, Filters(), T0 + HOUR, None)
        elif act == "migrate":
            changed = migrate(journey, now=T0 + HOUR, at_once=70).migrated
        else:
            publish.pause(journey, now=T0 + HOUR)
            publish.resume(journey, "shift", now=T0 + HOUR + MINUTE)
            changed = JourneyChange.objects.get(journey=journey, kind="resumed").data["shifted"]
        for future in futures:
            future.result()
    assert failures == []
    # However few waits the ticks had time to end before the pause: there are six, each of a minute.
    for minute in range(7):
        for number in LANES:
            while advance(Lane(world.workspace.id, number), T0 + DAY + minute * MINUTE).more:
                pass
    kind = {"exit": "exited", "migrate": "migrated", "shift": "resumed"}[act]
    found = [event for run in runs for event in run.all(kind)]
    by_operator = [event for event in found if kind != "exited" or event.data.get("by") != "path"]
    assert len(by_operator) == changed
    assert not [run for run in runs if run.row.ended_at is None]


def test_a_batch_holds_nobody_while_it_waits_for_somebody_whom_a_tick_holds(committed_world: World) -> None:
    """A tick has locked the last person by id and now wants the first: a batch that held the first would deadlock."""
    world = committed_world
    journey = world.journey(graph({"rest": wait("P1D")}, ["start -> rest"]))
    first, *_, last = world.enrolled(journey, *world.people(5))
    world.tick(T0)
    held = Event()

    def tick() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(LOCK, [last.id])
                held.set()
                until_somebody_waits()
                cursor.execute(LOCK, [first.id])
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(tick)
        assert held.wait(60)
        assert exit_some(journey, Filters(), T0 + HOUR, None) == 5
        future.result(60)
    assert {run.state for run in world.runs(journey)} == {"exited"}


def test_who_has_moved_out_of_the_choice_while_a_batch_waited_is_left_alone(committed_world: World) -> None:
    world = committed_world
    journey = world.journey(graph({"rest": wait("P1D"), "more": wait("P1D")}, ["start -> rest", "rest -> more"]))
    runs = world.enrolled(journey, *world.people(5))
    world.tick(T0)
    held = Event()

    def tick() -> None:
        try:
            with transaction.atomic():
                advance(world.lane, T0 + DAY)
                held.set()
                until_somebody_waits()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(tick)
        assert held.wait(60)
        assert exit_some(journey, Filters(node="rest"), T0 + DAY, None) == 0
        future.result(60)
    assert {run.node for run in runs} == {"more"}


LOCK = "select id from journeys_enrollment where id = %s for update"
