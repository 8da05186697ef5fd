"""`make bench-freshness`: how soon segments know of an event, and of an instant that passes.

Sizes: N people for the instants, FLIPS of them within a minute; PEOPLE for the events, SEGMENTS live segments, RATE
events a second for DURATION seconds. docs/benchmarks.md says what is measured and how.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from bench.harness.open_loop import Call, call_at_rate, open_client
from bench.harness.report import Bound, Figure, percentile, report, say, size
from bench.harness.stack import Stack, stack

if TYPE_CHECKING:
    from bench.harness.world import World

BOUNDS = {"p95_ms": Bound(most=300), "flip_late_s": Bound(most=60), "missing": Bound(most=0)}
WARM_UP_SECONDS = 5
ARRIVE_WITHIN = 30.0  # seconds after the last call
LOOK_SECONDS = 0.01
FILL_WITHIN = 1_800.0  # seconds
MADE_AT_ONCE = 100_000
WINDOW = timedelta(days=30)
SPREAD = timedelta(seconds=60)
LATE_WITHIN = 120.0  # seconds after the last instant
STATISTICS_SECONDS = 12  # after which every session has told what it has touched


def main() -> None:
    with stack() as running:
        from bench.harness.world import make_world

        running.start_worker()
        running.start_web()
        figures = measure_events(running, make_world(running.simulator_url))
        figures |= measure_flips(running, make_world(running.simulator_url), size("N", 1_000_000), size("FLIPS", 5_000))
        report("freshness", figures, BOUNDS)


def measure_events(running: Stack, world: "World") -> dict[str, Figure]:
    """Send events by HTTP, each the first of its name for its person, and see when its marker knows of it."""
    from bench.harness.audiences import EVENTS, markers, rules
    from bench.harness.people import make_people
    from profiles.segments import create_segment

    people, segments = size("PEOPLE", 20_000), size("SEGMENTS", 200)
    rate, seconds = size("RATE", 20), size("DURATION", 60)
    make_people(world.workspace, range(people))
    marked = {name: create_segment(world.workspace, name, "", rule).pk for name, rule in markers().items()}
    for number, rule in enumerate(rules(segments - len(marked), list(marked.values()))):
        create_segment(world.workspace, f"{number}", "", rule)
    wait_until_filled(world, segments)
    numbers = range(rate * (WARM_UP_SECONDS + seconds))
    say(f"{rate} events a second for {seconds} s, {segments} live segments, {people:,} people")
    before = running.cpu_seconds()
    with seen_members(world, marked.values()) as seen:
        calls = asyncio.run(post(running.web_url, world.api_key, numbers, rate))
        taken = [number for number, call in enumerate(calls) if call.status == 202]
        wait_for(lambda: len(seen) >= len(taken), ARRIVE_WITHIN)
    say(f"processor seconds: {running.cpu_since(before)}")
    phones = people_by_number(world, numbers)
    pairs = [(calls[number], seen.get((marked[EVENTS[number % len(EVENTS)]], phones[number]))) for number in taken]
    known = [(call, at) for call, at in pairs[rate * WARM_UP_SECONDS :] if at is not None]
    late = [1000 * (at - call.answered_at) for call, at in known]
    return {
        "segments": segments,
        "events": len(numbers),
        "missing": len(numbers) - len([at for _, at in pairs if at is not None]),
        "p50_ms": percentile(late, 0.5),
        "p95_ms": percentile(late, 0.95),
        "worst_ms": max(late),
        "p95_from_start_ms": percentile([1000 * (at - call.due_at) for call, at in known], 0.95),
    }


def measure_flips(running: Stack, world: "World", people: int, flips: int) -> dict[str, Figure]:
    """Orders of a crowd, some of which leave a window of 30 days in one minute: how late their people are known to."""
    from bench.harness.audiences import store_orders, touched
    from bench.harness.people import make_people
    from profiles.segments import create_segment

    began, ids = time.monotonic(), []
    for start in range(0, people, MADE_AT_ONCE):
        ids += make_people(world.workspace, range(start, min(start + MADE_AT_ONCE, people)))
        last = ids[start:]
        # They leave over a month that has not begun.
        store_orders(
            world.workspace, last, [datetime.now(UTC) - WINDOW + timedelta(days=1 + n % 28) for n in range(len(last))]
        )
    say(f"{people:,} people with an order each made in {time.monotonic() - began:.0f} s")
    analyze()
    rule = {"op": "event", "name": "order_paid", "within": "P30D"}
    created = [create_segment(world.workspace, "recent", "", rule)]
    created.append(create_segment(world.workspace, "lapsed", "", {"op": "not", "arg": rule}))
    began = time.monotonic()
    wait_until_filled(world, len(created))
    say(f"{len(created)} segments of {people:,} people computed in {time.monotonic() - began:.0f} s")
    going = make_people(world.workspace, range(people, people + flips))
    first = datetime.now(UTC) + timedelta(seconds=60)
    due = {id_: first + SPREAD * place / flips for place, id_ in enumerate(going)}
    store_orders(world.workspace, going, [at - WINDOW for at in due.values()])
    tell(world, going)
    lapsed = created[1].pk
    # By then what the computing has touched is counted.
    time.sleep(max(0.0, (first - datetime.now(UTC)).total_seconds() - 2))
    rows, cpu = touched(), running.cpu_seconds()
    with seen_members(world, [lapsed], every=0.2) as seen:
        wait_for(lambda: len(seen) >= flips, SPREAD.total_seconds() + 60 + LATE_WITHIN)
    time.sleep(STATISTICS_SECONDS)
    after = touched()
    say(f"processor seconds from the first to the last: {running.cpu_since(cpu)}")
    late = [seen[lapsed, id_] - at.timestamp() for id_, at in due.items() if (lapsed, id_) in seen]
    return {
        "people": people + flips,
        "flips": flips,
        "flip_late_s": max(late) if len(late) == flips else None,
        "flip_late_p50_s": percentile(late, 0.5),
        "flip_early": sum(one < 0 for one in late),
        "rows_read_per_flip": (after["read"] - rows["read"]) / flips,
        "rows_written_per_flip": (after["written"] - rows["written"]) / flips,
    }


def tell(world: "World", people: Collection[UUID]) -> None:
    """What ingestion tells of new people."""
    from django.db import transaction

    from profiles.hooks import profiles_changed
    from profiles.models import SegmentDue

    with transaction.atomic():
        profiles_changed.send(world.workspace, list(people))
    mine = SegmentDue.objects.filter(profile_id__in=people)
    wait_for(lambda: mine.count() == 2 * len(people), ARRIVE_WITHIN)


def analyze() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze profiles_event, profiles_profile")


def wait_until_filled(world: "World", segments: int) -> None:
    from profiles.models import SegmentState

    ready = SegmentState.objects.filter(workspace_id=world.workspace.id, phase="ready")
    wait_for(lambda: ready.count() == segments, FILL_WITHIN)


def wait_for(condition: Callable[[], bool], within: float) -> None:
    """Wait until it holds. Raises TooSlow."""
    from bench.harness.people import TooSlow

    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            raise TooSlow(f"what was waited for had not come after {within:.0f} s")
        time.sleep(0.1)


async def post(web_url: str, api_key: str, numbers: range, rate: int) -> list[Call]:
    async with open_client(web_url, api_key) as client:
        return await call_at_rate(client, "/api/v1/events/", [body(number) for number in numbers], rate)


def body(number: int) -> dict[str, Any]:
    from bench.harness.audiences import EVENTS
    from bench.harness.people import phone

    name = EVENTS[number % len(EVENTS)]
    event = {
        "event_id": f"f{number}",
        "name": name,
        "identities": {"phone": phone(number)},
        "properties": {"amount": 99},
    }
    return {"events": [event]}


def people_by_number(world: "World", numbers: range) -> dict[int, UUID]:
    from bench.harness.people import phone
    from profiles.models import Identity

    rows = Identity.objects.filter(workspace=world.workspace, type="phone", value__in=[phone(one) for one in numbers])
    by_phone = dict(rows.values_list("value", "profile_id"))
    return {number: by_phone[phone(number)] for number in numbers}


@contextmanager
def seen_members(
    world: "World", segments: Collection[UUID], every: float = LOOK_SECONDS
) -> Iterator[dict[tuple[UUID, UUID], float]]:
    """When each new member of these segments was first seen (wall-clock seconds): at most `every` after the commit."""
    from django.db import connection

    seen: dict[tuple[UUID, UUID], float] = {}
    over, began = threading.Event(), datetime.now(UTC)
    statement = "select segment_id, profile_id from profiles_segmentmember where segment_id = any(%s) and since >= %s"

    def look() -> None:
        with connection.cursor() as cursor:
            while not over.wait(every):
                cursor.execute(statement, [list(segments), began])
                now = time.time()
                for segment, person in cursor.fetchall():
                    seen.setdefault((segment, person), now)
        connection.close()

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


if __name__ == "__main__":
    main()
