"""`make bench-replay`: stored streams decided again and folded, by `manage.py replay` on every core.

Size: N entries, made of the streams of PEOPLE who really went through. docs/benchmarks.md says what is measured and how.
"""

import re
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from bench.harness.report import Bound, report, say, size
from bench.harness.stack import ROOT, stack

if TYPE_CHECKING:
    from bench.harness.world import World
    from journeys.models import Journey

BOUNDS = {"events": Bound(least=1), "differences": Bound(most=0), "seconds_per_million": Bound(most=60)}
DAYS = 8
ENROLLMENTS = (
    "workspace_id, journey_id, version_id, profile_id, lane, state, node, seq, due_at, context, properties,"
    " enrolled_at, ended_at, goals_until"
)
EVENTS = "workspace_id, seq, at, kind, node, schema, data"
SUMMARY = re.compile(r"(\d+) streams, (\d+) entries, (\d+) decided again\.")


def journey_graph() -> dict[str, Any]:
    """Every kind of decision: split, A/B, sends held and awaited, waits for a window and for an event, goals, an exit rule."""
    from bench.harness.graphs import graph, halves, send, split_by_city

    bought = {"id": "bought", "event": "order_paid", "where": [{"key": "amount", "cmp": "gte", "value": 100}]}
    nodes: dict[str, tuple[str, dict[str, Any]]] = {
        "trigger": ("trigger", {"kind": "api"}),
        "city": split_by_city("上海", "北京"),
        "ab": halves(),
        "first_a": send("first", "1", purpose="marketing"),
        "first_b": send("first", "2", purpose="marketing"),
        "morning": ("wait", {"for": "P1D", "window": {"days": [1, 2, 3, 4, 5], "from": "09:00", "to": "21:00"}}),
        "order": ("wait_event", {"any": [bought], "timeout": "P3D"}),
        "mark": ("goal", {"goal": "reached"}),
        "second": send("second", "3", **{"await": {"for": "delivered", "timeout": "PT12H"}}),
        "end": ("exit", {"reason": "done"}),
    }
    edges = [
        ("trigger", "next", "city"),
        *(("city", outcome, "ab") for outcome in ("上海", "北京", "else")),
        ("ab", "a", "first_a"),
        ("ab", "b", "first_b"),
        ("first_a", "next", "morning"),
        ("first_b", "next", "morning"),
        ("morning", "next", "order"),
        ("order", "bought", "mark"),
        ("order", "timeout", "second"),
        ("mark", "next", "second"),
        ("second", "timeout", "end"),
    ]
    goals = [
        {"id": "sales", "event": "order_paid", "window": "P30D", "value": "amount", "primary": True},
        {"id": "reached"},
    ]
    quiet = {"from": "21:00", "to": "08:00", "policy": "hold"}
    return graph(nodes, edges, {"goals": goals, "exit_rules": [{"event": "unsubscribed"}], "quiet_hours": quiet})


def main() -> None:
    with stack() as running:
        measure(running.simulator_url, size("N", 1_000_000), size("PEOPLE", 2_000))


def measure(simulator_url: str, events: int, people: int) -> None:
    from bench.harness.people import make_people
    from bench.harness.world import make_world, publish_journey

    world = make_world(simulator_url)
    journey = publish_journey(world, "replay", journey_graph())
    ids = make_people(world.workspace, range(people))
    walk_through(world, journey, ids)
    real = count_events()
    say(f"{people:,} people went through in virtual time: {real:,} entries")
    began = time.monotonic()
    for _ in range(max(round(events / real) - 1, 0)):
        copy_streams()
    say(f"written {events // real} times in {time.monotonic() - began:.1f} s")
    began = time.monotonic()
    found = run_replay()
    seconds = time.monotonic() - began
    figures = {
        "events": found["events"],
        "streams": found["streams"],
        "decided": found["decided"],
        "differences": found["differences"],
        "seconds": seconds,
        "seconds_per_million": seconds / found["events"] * 1_000_000 if found["events"] else None,
    }
    if found["events"] != count_events():
        raise RuntimeError(f"{found['events']} of {count_events()} entries were replayed.")
    report("replay", figures, BOUNDS)


def walk_through(world: "World", journey: "Journey", people: Sequence[UUID]) -> None:
    """Admit everybody and advance their lanes by the hour; a third order, some of them too little, and some unsubscribe."""
    from bench.harness.people import admit_people, phone
    from journeys.runtime.tick import advance
    from journeys.store.lane import Lane
    from profiles.incoming import IncomingEvent
    from profiles.ingestion import ingest

    admit_people(journey, people)
    start = datetime.now(UTC)
    lanes = [Lane(world.workspace.id, number) for number in range(world.workspace.lanes)]
    for hour in range(24 * DAYS):
        now = start + timedelta(hours=hour)
        happened = [
            IncomingEvent(
                payload={},
                name="unsubscribed" if number % 50 == 0 else "order_paid",
                identities=[("phone", phone(number))],
                event_id=f"{number}/{hour}",
                occurred_at=now.isoformat(),
                properties={"amount": 40 + number % 120, "order_id": f"A-{number}"},
            )
            for number in range(len(people))
            if number % 3 == 0 and number % (24 * DAYS) == hour
        ]
        if happened:
            ingest(world.workspace, happened, now)
        for lane in lanes:
            while advance(lane, now).more:
                pass


def copy_streams() -> None:
    """Write every stream that was really made once more, under other ids of the same people."""
    from django.db import connection, transaction

    from workspaces.models.base import new_id

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("create temporary table if not exists original as select id from journeys_enrollment")
        cursor.execute("select id from original order by id")
        cursor.execute(
            "create temporary table copied on commit drop as"
            " select * from unnest(%s::uuid[], %s::uuid[]) as c(old, new)",
            [old := [row[0] for row in cursor.fetchall()], [new_id() for _ in old]],
        )
        cursor.execute(
            f"insert into journeys_enrollment (id, {ENROLLMENTS}) select c.new, {ENROLLMENTS}"
            " from copied c join journeys_enrollment e on e.id = c.old order by c.new"
        )
        # In the order of the clock, as ticks write: a stream does not lie in one place.
        cursor.execute(
            f"insert into journeys_enrollmentevent (enrollment_id, {EVENTS}) select c.new, {EVENTS}"
            " from copied c join journeys_enrollmentevent v on v.enrollment_id = c.old order by v.at, c.new, v.seq"
        )


def count_events() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select count(*) from journeys_enrollmentevent")
        return int(cursor.fetchone()[0])


def run_replay() -> dict[str, int]:
    """Run the command as an operator does. Raises RuntimeError if it does not say what it did."""
    run = subprocess.run([sys.executable, "manage.py", "replay"], cwd=ROOT, capture_output=True, text=True, check=False)
    summary = SUMMARY.search(run.stdout)
    if summary is None:
        raise RuntimeError(f"replay said: {run.stdout[-2000:]}{run.stderr[-2000:]}")
    for line in run.stdout.splitlines()[-8:]:
        say(f"replay: {line}")
    streams, events, decided = (int(number) for number in summary.groups())
    wrong = len([line for line in run.stdout.splitlines() if line.startswith("enrollment ")])
    return {"streams": streams, "events": events, "decided": decided, "differences": wrong}


if __name__ == "__main__":
    main()
