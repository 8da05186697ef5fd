"""`make bench-memory`: the worker's resident memory with few and with many people waiting.

Sizes: FEW and N people waiting, WAKE of them woken by an event. docs/benchmarks.md says what is measured and how.
"""

import statistics
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import psutil

from bench.harness.report import Bound, report, say, size
from bench.harness.stack import Stack, stack
from config.embedded.server import RunningServer

if TYPE_CHECKING:
    from bench.harness.world import World
    from journeys.models import Journey

BOUNDS = {"waiting_ratio": Bound(most=1.3), "restarted_ratio": Bound(most=1.3)}
WOKEN = "came_back"
WITHIN = 400.0  # seconds
IN_BATCH = 100
SAMPLES, SAMPLE_SECONDS = 10, 0.3
MEGABYTE = 1024 * 1024


def waiting_graph() -> dict[str, Any]:
    """People wait for a day or for an event, and then end."""
    from bench.harness.graphs import graph

    nodes: dict[str, tuple[str, dict[str, Any]]] = {
        "trigger": ("trigger", {"kind": "api"}),
        "wait": ("wait_event", {"any": [{"id": "back", "event": WOKEN}], "timeout": "P1D"}),
        "end": ("exit", {"reason": "done"}),
    }
    return graph(nodes, [("trigger", "next", "wait"), ("wait", "back", "end"), ("wait", "timeout", "end")])


def main() -> None:
    with stack() as running:
        measure(running, size("FEW", 1_000), size("N", 200_000), size("WAKE", 500))


def measure(running: Stack, few: int, many: int, wake: int) -> None:
    from bench.harness.people import make_people
    from bench.harness.world import make_world, publish_journey
    from journeys.runtime import nudges
    from journeys.temporal.nudger import Nudger

    nudger = Nudger()
    nudges.connect(nudger)
    world = make_world(running.simulator_url)
    journey = publish_journey(world, "waiting", waiting_graph())
    people = make_people(world.workspace, range(many + 2 * wake))

    worker = running.start_worker(processes=1)
    with_few = after_activity(world, journey, worker, people[: few + wake], wake_first=0, wake=wake)
    say(f"{few:,} waiting: {with_few:.1f} MB")
    with_many = after_activity(world, journey, worker, people[few + wake :], wake_first=wake, wake=wake)
    say(f"{many:,} waiting, brought there by the same worker: {with_many:.1f} MB")
    worker.stop()
    worker = running.start_worker(processes=1)
    restarted = after_activity(world, journey, worker, [], wake_first=2 * wake, wake=wake)
    say(f"{waiting(journey):,} waiting, after a new start: {restarted:.1f} MB")
    nudger.close()
    report(
        "memory",
        {
            "waiting": many,
            "few_mb": with_few,
            "many_mb": with_many,
            "restarted_mb": restarted,
            "waiting_ratio": with_many / with_few,
            "restarted_ratio": restarted / with_few,
        },
        BOUNDS,
    )


def after_activity(
    world: "World", journey: "Journey", worker: RunningServer, newcomers: Sequence[Any], *, wake_first: int, wake: int
) -> float:
    """Megabytes of the worker after these people have come to wait and `wake` of them have been woken and have ended."""
    from bench.harness.people import admit_people, wait_until_none

    before = ended(journey)
    admit_people(journey, newcomers)
    on_their_way = "select 1 from journeys_enrollment where journey_id = %s and state = 'active'"
    wait_until_none(on_their_way, [journey.pk], WITHIN)
    send_events(world, range(wake_first, wake_first + wake))
    deadline = time.monotonic() + WITHIN
    while ended(journey) < before + wake:
        if time.monotonic() > deadline:
            raise TimeoutError("not everybody who was woken has ended")
        time.sleep(SAMPLE_SECONDS)
    return resident(worker)


def send_events(world: "World", numbers: Sequence[int]) -> None:
    """Take the events of these people in, as the API does."""
    from bench.harness.people import phone
    from profiles.incoming import IncomingEvent
    from profiles.ingestion import ingest

    for start in range(0, len(numbers), IN_BATCH):
        batch = [
            IncomingEvent(payload={}, name=WOKEN, identities=[("phone", phone(number))])
            for number in numbers[start : start + IN_BATCH]
        ]
        result = ingest(world.workspace, batch, datetime.now(UTC))
        if result.accepted != len(batch):
            raise RuntimeError(f"only {result.accepted} of {len(batch)} events were taken")


def ended(journey: "Journey") -> int:
    return journey.enrollments.filter(ended_at__isnull=False).count()


def waiting(journey: "Journey") -> int:
    return journey.enrollments.filter(state="waiting").count()


def resident(worker: RunningServer) -> float:
    """The median of some seconds, in megabytes."""
    process = psutil.Process(worker.pid)
    samples = []
    for _ in range(SAMPLES):
        samples.append(process.memory_info().rss / MEGABYTE)
        time.sleep(SAMPLE_SECONDS)
    return statistics.median(samples)


if __name__ == "__main__":
    main()
