"""`make bench-lanes`: people a second in lanes, beside a workflow for each person and beside a bare COPY of the log.

Sizes: N people in lanes, N_PER_PERSON with a workflow for each. docs/benchmarks.md says what is measured and how.
"""

import statistics
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from bench.harness.report import Bound, report, say, size
from bench.harness.stack import Stack, stack
from workspaces.localtime import zone_of

if TYPE_CHECKING:
    from bench.harness.world import World
    from journeys.models import Journey

BOUNDS = {
    "events_per_person": Bound(least=12),
    "lanes_over_per_person": Bound(least=100),
    "lanes_over_copy": Bound(least=0.2),
}
LOG = "journeys_enrollmentevent"
COLUMNS = "enrollment_id, workspace_id, seq, at, kind, node, schema, data"
COPIES = 3
WITHIN = 400.0  # seconds; a bench that takes longer has failed


def lanes_graph(execution: str) -> dict[str, Any]:
    """Trigger, rule split, A/B, send, wait of a second, send, wait of a second.

    The messages are marketing, launched in the journey's quiet hours: they are written to the outbox, and dispatch
    has nothing to do until those end. So this bench measures lanes, and neither dispatch nor what nudging it costs.
    """
    from bench.harness.graphs import graph, halves, send, split_by_city

    nodes = {
        "trigger": ("trigger", {"kind": "api"}),
        "city": split_by_city("上海", "北京"),
        "ab": halves(),
        "first_a": send("first", "1", purpose="marketing"),
        "first_b": send("first", "2", purpose="marketing"),
        "wait": ("wait", {"for": "PT1S"}),
        "second": send("second", "3", purpose="marketing"),
        "rest": ("wait", {"for": "PT1S"}),
        "end": ("exit", {"reason": "done"}),
    }
    edges = [
        ("trigger", "next", "city"),
        *(("city", outcome, "ab") for outcome in ("上海", "北京", "else")),
        ("ab", "a", "first_a"),
        ("ab", "b", "first_b"),
        ("first_a", "next", "wait"),
        ("first_b", "next", "wait"),
        ("wait", "next", "second"),
        ("second", "next", "rest"),
        ("rest", "next", "end"),
    ]
    return graph(nodes, edges, {"execution": execution, "quiet_hours": quiet_now()})


def quiet_now() -> dict[str, str]:
    """Quiet hours that hold now and for three hours more, on the clock of the people's zone."""
    zone = zone_of("Asia/Shanghai")
    now = datetime.now(UTC)
    start, end = (now + timedelta(hours=hours) for hours in (-1, 3))
    return {"from": f"{start.astimezone(zone):%H:%M}", "to": f"{end.astimezone(zone):%H:%M}", "policy": "hold"}


def main() -> None:
    with stack() as running:
        measure(running, size("N", 40_000), size("N_PER_PERSON", 300))


def measure(running: Stack, people: int, people_alone: int) -> None:
    from bench.harness.people import make_people
    from bench.harness.world import make_world, publish_journey
    from journeys.runtime import nudges
    from journeys.temporal.nudger import Nudger

    nudger = Nudger()
    nudges.connect(nudger)
    world = make_world(running.simulator_url)
    lanes = publish_journey(world, "lanes", lanes_graph("lanes"))
    alone = publish_journey(world, "per person", lanes_graph("per_person"))
    ids = make_people(world.workspace, range(people + people_alone))
    running.start_worker()
    warm_up(world)
    before = running.cpu_seconds()
    lanes_s, admission_s = timed_run(lanes, ids[:people])
    say(f"processor seconds in lanes: {running.cpu_since(before)}")
    say(f"lanes: {people:,} people in {lanes_s:.2f} s, of which their admission took {admission_s:.2f} s")
    before = running.cpu_seconds()
    alone_s, _ = timed_run(alone, ids[people:])
    say(f"processor seconds per person: {running.cpu_since(before)}")
    say(f"per person: {people_alone:,} people in {alone_s:.2f} s")
    check_outbox(lanes, people)
    rows, copy_s = bare_copy(lanes)
    say(f"bare COPY: {rows:,} rows in {copy_s:.2f} s")
    nudger.close()
    report(
        "lanes",
        {
            "people": people,
            "people_per_s": people / lanes_s,
            "rows_per_s": rows / lanes_s,
            "events_per_person": rows / people,
            "admission_per_s": people / admission_s,
            "per_person_per_s": people_alone / alone_s,
            "copy_rows_per_s": rows / copy_s,
            "lanes_over_per_person": (people / lanes_s) / (people_alone / alone_s),
            "lanes_over_copy": (rows / lanes_s) / (rows / copy_s),
        },
        BOUNDS,
    )


def warm_up(world: "World") -> None:
    """Let the worker load its code and open its connections before anything is measured."""
    from bench.harness.people import make_people
    from bench.harness.world import publish_journey

    ids = make_people(world.workspace, range(90_000_000, 90_000_020))
    for execution in ("lanes", "per_person"):
        timed_run(publish_journey(world, "warm-up", lanes_graph(execution)), ids)


def timed_run(journey: "Journey", people: Sequence[UUID]) -> tuple[float, float]:
    """Seconds from the start of the admission until everybody has ended, and of the admission alone."""
    from bench.harness.people import admit_people, wait_until_ended

    began = time.monotonic()
    admit_people(journey, people)
    admitted = time.monotonic()
    wait_until_ended(journey, WITHIN)
    return time.monotonic() - began, admitted - began


def bare_copy(journey: "Journey") -> tuple[int, float]:
    """Write the rows that the journey wrote once more, under other ids, in one COPY: their number, and median seconds."""
    lines = log_of(journey)
    return len(lines), statistics.median(copy_seconds(under_other_ids(lines)) for _ in range(COPIES))


def log_of(journey: "Journey") -> list[bytes]:
    """The log of a journey as lines of COPY, in the order in which the ticks wrote them."""
    from django.db import connection

    enrollments = "select id from journeys_enrollment where journey_id = %s"
    read = f"copy (select {COLUMNS} from {LOG} where enrollment_id in ({enrollments}) order by ctid) to stdout"
    connection.ensure_connection()
    with connection.connection.cursor() as cursor, cursor.copy(read, [journey.pk]) as stream:
        return [bytes(line) for line in stream]


def under_other_ids(lines: Sequence[bytes]) -> bytes:
    from workspaces.models.base import new_id

    ids: dict[bytes, bytes] = {}
    written = []
    for line in lines:
        enrollment, rest = line.split(b"\t", 1)
        other = ids.get(enrollment) or ids.setdefault(enrollment, str(new_id()).encode())
        written += [other, b"\t", rest]
    return b"".join(written)


def copy_seconds(text: bytes) -> float:
    """Seconds from the start of the COPY until it is committed."""
    from django.db import connection

    began = time.monotonic()
    with connection.connection.cursor() as cursor, cursor.copy(f"copy {LOG} ({COLUMNS}) from stdin") as stream:
        stream.write(text)
    return time.monotonic() - began


def check_outbox(journey: "Journey", people: int) -> None:
    """Raises RuntimeError unless both messages of everybody are in the outbox: a bench that skips work measures nothing."""
    from channels_app.models import Message

    now = datetime.now(UTC)
    found = Message.objects.filter(journey_id=journey.pk, state="queued", not_before__gt=now).count()
    if found != 2 * people:
        raise RuntimeError(f"{found} messages are in the outbox, not {2 * people}.")


if __name__ == "__main__":
    main()
