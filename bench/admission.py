"""`make bench-admission`: people a second whom one schedule lets in, and the largest process meanwhile.

Size: N people. docs/benchmarks.md says what is measured and how.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import psutil

from bench.harness.report import Bound, report, say, size
from bench.harness.stack import Stack, stack

if TYPE_CHECKING:
    from journeys.models import Launch
    from workspaces.models import Workspace

BOUNDS = {"people_per_s": Bound(least=10_000), "peak_mb": Bound(most=600)}
MADE_AT_ONCE = 100_000
# The sweep finds the launch, and its workflow waits for the instant.
LEAD = timedelta(seconds=15)
WITHIN = 500.0  # seconds
POLL_SECONDS = 0.1
SAMPLE_SECONDS = 0.5
MEGABYTE = 1024 * 1024


def launch_graph(segment: str, at: datetime) -> dict[str, Any]:
    """Everybody in the segment at one instant, who then rest for a day."""
    from bench.harness.graphs import graph

    nodes: dict[str, tuple[str, dict[str, Any]]] = {
        "trigger": ("trigger", {"kind": "schedule", "segment": segment, "at": at.isoformat()}),
        "wait": ("wait", {"for": "P1D"}),
        "end": ("exit", {"reason": "done"}),
    }
    return graph(nodes, [("trigger", "next", "wait"), ("wait", "next", "end")])


def main() -> None:
    with stack() as running:
        measure(running, size("N", 1_000_000))


def measure(running: Stack, people: int) -> None:
    from bench.harness.people import CITIES
    from bench.harness.world import make_world, publish_journey
    from journeys.models import Launch
    from profiles.segments import create_segment

    world = make_world(running.simulator_url)
    began = time.monotonic()
    make_crowd(world.workspace, people)
    say(f"{people:,} people made in {time.monotonic() - began:.0f} s")
    running.start_worker()
    rule = {"op": "attribute", "key": "city", "cmp": "in", "value": list(CITIES)}
    segment = create_segment(world.workspace, "everybody", "", rule)
    due_at = datetime.now(UTC) + LEAD
    journey = publish_journey(world, "launch", launch_graph(str(segment.pk), due_at))
    before = running.cpu_seconds()
    with largest_process() as largest:
        launch = wait_until_done(Launch.objects.get(journey=journey))
        seconds = (datetime.now(UTC) - due_at).total_seconds()
    say(f"processor seconds of the admission: {running.cpu_since(before)}")
    say(f"largest process: {largest}")
    check(launch, people)
    moved = journey.enrollments.filter(state="waiting").count()
    say(f"of them, the lanes have meanwhile moved {moved:,}")
    report(
        "admission",
        {"people": people, "seconds": seconds, "people_per_s": people / seconds, "peak_mb": largest.megabytes},
        BOUNDS,
    )


def make_crowd(workspace: "Workspace", people: int) -> None:
    from bench.harness.people import make_people

    for start in range(0, people, MADE_AT_ONCE):
        make_people(workspace, range(start, min(start + MADE_AT_ONCE, people)))


def wait_until_done(launch: "Launch") -> "Launch":
    """Wait until everybody has been dealt with. Raises TooSlow."""
    from bench.harness.people import TooSlow

    deadline = time.monotonic() + WITHIN
    while launch.finished_at is None:
        if time.monotonic() > deadline:
            raise TooSlow(f"{launch.people:,} people after {WITHIN:.0f} s, {launch.state}: {launch.error}")
        time.sleep(POLL_SECONDS)
        launch.refresh_from_db()
    return launch


def check(launch: "Launch", people: int) -> None:
    """Raises RuntimeError unless everybody is in, once, with the first event of a stream."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*), count(distinct e.profile_id), count(v.enrollment_id) from journeys_enrollment e"
            " left join journeys_enrollmentevent v on v.enrollment_id = e.id and v.seq = 1 and v.kind = 'enrolled'"
            " where e.journey_id = %s",
            [launch.journey.pk],
        )
        found = cursor.fetchone()
    if (launch.state, launch.admitted, *found) != ("done", people, people, people, people):
        raise RuntimeError(f"{launch.state}, {launch.admitted} let in, {found}; not {people}. {launch.error}")


class Largest:
    """The most memory that any process of the installation has had of its own so far.

    Not what it shares: PostgreSQL's buffers are of a fixed size, and every session that has touched them shows them.
    """

    def __init__(self) -> None:
        self.megabytes = 0.0
        self.name = ""

    def look(self) -> None:
        this = psutil.Process()
        for process in (this, *this.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                memory = process.memory_info()
                megabytes = (memory.rss - getattr(memory, "shared", 0)) / MEGABYTE
                if megabytes > self.megabytes:
                    self.megabytes, self.name = megabytes, " ".join(process.cmdline())[:60]

    def __str__(self) -> str:
        return f"{self.megabytes:.0f} MB, {self.name}"


@contextmanager
def largest_process() -> Iterator[Largest]:
    """Look at every process twice a second."""
    largest, over = Largest(), threading.Event()

    def look() -> None:
        while not over.wait(SAMPLE_SECONDS):
            largest.look()

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield largest
    finally:
        over.set()
        thread.join()


if __name__ == "__main__":
    main()
