"""Replay: what is stored is decided again and agrees; what has been tampered with is found."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from journeys.engine.enrollment import Enrollment, Event
from journeys.engine.plan import Plan
from journeys.models import Enrollment as Row
from journeys.runtime.leaving import exit_enrollment
from journeys.runtime.plans import plan_of
from journeys.runtime.replay import Chosen, replay, stream_of
from journeys.runtime.replay_facts import Stored
from journeys.runtime.replay_stream import Tally, replay_stream
from journeys.store.postgres import query
from journeys.store.rows import state_of
from journeys.store.sql import CLAIM_COLUMNS
from tests.fixtures.graphs import GOAL, ab, attribute, graph, leave, on_event, send, split, wait, wait_for
from tests.fixtures.world import DAY, HOUR, MINUTE, T0, Run, World

BIG = {"id": "big", "event": "order_paid", "where": [{"key": "amount", "cmp": "gte", "value": 100}], "key": "order"}
NODES = {
    "start": on_event("registered"),
    "city": split(north=attribute("city", "北京"), east=attribute("city", ["上海", "杭州"], "in")),
    "test": ab(a=50, b=50),
    "wait": wait("P1D", window={"from": "09:00", "to": "21:00"}),
    "sms": send(purpose="marketing"),
    "order": wait_for(BIG, timeout="P2D"),
    "end": leave("done"),
}
EDGES = [
    *("start -> city", "city.north -> test", "city.east -> test", "city.else -> end", "test.a -> wait"),
    *("test.b -> wait", "wait -> sms", "sms -> order", "order.big -> end", "order.timeout -> end"),
]
QUIET = {"from": "08:00", "to": "20:00", "policy": "hold"}


@pytest.fixture
def run(world: World) -> Run:
    """A run with every kind of decision, which ends by its event."""
    world.sms(purpose="marketing")
    journey = world.journey(graph(NODES, EDGES, goals=[GOAL], quiet_hours=QUIET))
    person = world.person(city="杭州", phone="13800000000")
    world.consent(person)
    world.happen(person, "registered", T0 - MINUTE, received=T0, order="A-1")
    for hour in range(0, 72, 6):
        world.tick(T0 + hour * HOUR)
    world.happen(person, "order_paid", T0 + 3 * DAY, order="B-2", amount=500)
    world.happen(person, "order_paid", T0 + 3 * DAY, order="A-1", amount="120")
    world.tick(T0 + 3 * DAY)
    run = world.run(journey, person)
    assert run.state == "exited"
    return run


def stored(run: Run) -> tuple[Enrollment, list[Stored]]:
    row = query(f"select {CLAIM_COLUMNS} from journeys_enrollment e where e.id = %(id)s", {"id": run.id})[0]
    return state_of(row), list(stream_of(run.id))


def replayed(state: Enrollment, stream: list[Stored]) -> Tally:
    tally = Tally()
    replay_stream(state, stream, plan_of, tally)
    return tally


def test_a_whole_run_is_decided_again(run: Run) -> None:
    tally = replayed(*stored(run))
    assert (tally.differences, tally.folded) == ([], {})
    assert tally.decided == tally.events == len(run.events)


def change(kind: str, **data: Any) -> Callable[[list[Stored]], list[Stored]]:
    """Falsify the last entry of a kind."""

    def changed(stream: list[Stored]) -> list[Stored]:
        place = max(place for place, one in enumerate(stream) if one.event.kind == kind)
        event = stream[place].event
        stream[place] = stream[place]._replace(event=event._replace(data={**event.data, **data}))
        return stream

    return changed


def later(stream: list[Stored]) -> list[Stored]:
    last = stream[-1]
    return [*stream[:-1], last._replace(event=last.event._replace(at=last.event.at + timedelta(seconds=1)))]


EAST = [["attribute", "city", "杭州"]]
WRONG: dict[str, tuple[str, Callable[[list[Stored]], list[Stored]]]] = {
    "another variant": ("variant_assigned", change("variant_assigned", variant="c")),
    "another bucket": ("variant_assigned", change("variant_assigned", bucket=100)),
    "a branch that the values do not give": ("branch_taken", change("branch_taken", branch="north")),
    "values that do not give the branch": (
        "branch_taken",
        change("branch_taken", branches=[{"id": "north", "matched": False, "values": [["attribute", "city", "北京"]]}]),
    ),
    "another end of a wait": ("wait_started", change("wait_started", until="2026-03-09T00:00:00+00:00")),
    "another zone": ("wait_started", change("wait_started", zone="Europe/Paris")),
    "a hold that the hours do not give": ("message_requested", change("message_requested", held_until=T0.isoformat())),
    "a consent that was not given": (
        "message_requested",
        change("message_requested", judged={"consent": None, "zone": "Asia/Shanghai"}),
    ),
    "an event that came before the wait": ("event_matched", change("event_matched", occurred_at=T0.isoformat())),
    "an event that does not pass the filter": ("converted", change("converted", properties={"amount": 5})),
    "another value of a goal": ("converted", change("converted", value="1")),
    "another way": ("node_entered", change("node_entered", outcome="timeout")),
    "another reason": ("exited", change("exited", reason="other")),
    "another time": ("exited", later),
    "a part that is missing": ("", lambda stream: [*stream[:3], *stream[4:]]),
    "an end that is missing": ("", lambda stream: stream[:-1]),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_was_tampered_with_is_found(run: Run, name: str) -> None:
    _, tamper = WRONG[name]
    state, stream = stored(run)
    tally = replayed(state, tamper(stream))
    assert tally.differences, f"{name} was not found"
    assert {one.enrollment for one in tally.differences} == {str(run.id)}


def test_a_row_that_is_not_what_its_stream_gives_is_found(run: Run) -> None:
    state, stream = stored(run)
    (difference,) = replayed(state._replace(node="order", seq=3), stream).differences
    assert (difference.seq, difference.found) == (0, "node='order', seq=3")


def test_after_a_difference_the_rest_is_still_decided(run: Run) -> None:
    state, stream = stored(run)
    tally = replayed(state, change("variant_assigned", bucket=100)(stream))
    assert [one.seq for one in tally.differences] == [run.last("variant_assigned").seq]
    assert tally.folded == {"after a difference": 2}
    assert tally.decided == tally.events - 2


def test_what_cannot_be_decided_again_is_folded_and_counted(world: World) -> None:
    nodes = {"wait": wait_for({"id": "sent", "event": "form", "where": [{"key": "phone", "cmp": "exists"}]})}
    journey = world.journey(graph(nodes, ["start -> wait"]))
    ended, matched = world.enrolled(journey, *(people := world.people(2)))
    world.tick(T0)
    exit_enrollment(ended.row, T0 + HOUR)
    world.happen(people[1], "form", T0 + HOUR, phone="13800000001")
    world.tick(T0 + HOUR)
    assert "13800000001" not in str([event.data for event in matched.events])
    total = Tally()
    for tally in replay():
        total.add(tally)
    assert total.differences == []
    # The operator's exit is decided again too: it follows from its reason.
    assert total.folded == {"a value that identifies people": 2}
    assert total.decided == total.events - 2 == 7


def test_pages_journeys_dates_and_limits_choose_streams(world: World) -> None:
    first, second = (world.journey(graph({"end": leave()}, ["start -> end"])) for _ in range(2))
    world.enrolled(first, *world.people(5))
    world.enrolled(second, *world.people(3), at=T0 + DAY)

    def streams(chosen: Chosen = Chosen(), page: int = 2) -> list[int]:  # noqa: B008 - it never changes
        return [tally.streams for tally in replay(chosen, page=page)]

    assert streams() == [2, 2, 2, 2]
    assert streams(page=3) == [3, 3, 2]
    assert streams(Chosen(journey=first.pk)) == [2, 2, 1]
    assert streams(Chosen(since=T0 + HOUR), page=10) == [3]
    assert streams(Chosen(limit=4), page=3) == [3, 1]


def test_the_command_ends_with_an_error_and_the_place_where_something_differs(run: Run) -> None:
    out = StringIO()
    call_command("replay", processes=1, stdout=out)
    assert "1 streams" in out.getvalue()
    assert out.getvalue().endswith("No differences.\n")
    Row.objects.filter(pk=run.id).update(node="order")
    try:
        with pytest.raises(CommandError, match=r"1 differences\."):
            call_command("replay", processes=1, stdout=out)
        assert f"enrollment {run.id}, the row" in out.getvalue()
        assert "expected: node='end'" in out.getvalue()
    finally:
        Row.objects.filter(pk=run.id).update(node="end")


def test_processes_share_the_pages(committed_world: World) -> None:
    world = committed_world
    journey = world.journey(graph({"wait": wait("P1D")}, ["start -> wait"]))
    world.enrolled(journey, *world.people(7))
    world.tick(T0)
    tallies = list(replay(processes=2, page=3))
    assert [tally.streams for tally in tallies] == [3, 3, 1]
    assert [one for tally in tallies for one in tally.differences] == []


def test_a_page_is_read_by_the_keys_of_both_tables(run: Run) -> None:
    from uuid import UUID

    from journeys.runtime.replay import CHOSEN, STREAMS

    values = {"after": UUID(int=0), "last": run.id, "journey": None, "since": None, "limit": None}
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        cursor.execute(f"explain {STREAMS.format(chosen=CHOSEN)}", values)
        shown = "\n".join(row[0] for row in cursor.fetchall())
    assert "journeys_enrollment_pkey" in shown
    assert "journeys_enrollmentevent" in shown
    assert "Seq Scan" not in shown


def test_a_graph_that_is_gone_is_no_difference(run: Run) -> None:
    from journeys.runtime.replay_facts import NotRecorded

    def gone(version: str) -> Plan:
        raise NotRecorded("a version that cannot be run")

    tally = Tally()
    state, stream = stored(run)
    replay_stream(state, stream, gone, tally)
    assert tally.differences == []
    assert tally.folded == {"a version that cannot be run": tally.events}


def test_an_event_kind_of_no_release_is_a_difference(run: Run) -> None:
    state, stream = stored(run)
    odd = Stored(len(stream) + 1, 1, Event("converted", "end", T0 + 5 * DAY, {"goal": "nobody's"}))
    tally = replayed(state._replace(seq=state.seq + 1, goals=(*state.goals, "nobody's")), [*stream, odd])
    assert [one.seq for one in tally.differences] == [odd.seq]
