"""`make bench-ingest`: events taken by HTTP as fast as they can be, while journeys and segments listen.

Sizes: DURATION seconds, PEOPLE who exist, SENDERS at once, BATCH events a call. docs/benchmarks.md says what is measured and how.
"""

import asyncio
import statistics
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import aiohttp

from bench.harness.report import Bound, percentile, report, say, size
from bench.harness.stack import Stack, stack
from bench.harness.traffic import Traffic

if TYPE_CHECKING:
    from bench.harness.world import World

BOUNDS = {"events_per_s": Bound(least=3000), "p99_ms": Bound(most=500), "failed": Bound(most=0)}
WARM_UP_SECONDS = 5
COLUMNS = "id, workspace_id, event_id, profile_id, name, occurred_at, received_at, properties"
COPIES = 3
PEOPLE_AT_ONCE = 20_000
WAITING = 5_000


class Answer(NamedTuple):
    """One call: when it was over (monotonic seconds), how long it took, and how many events it said it took."""

    at: float
    seconds: float
    accepted: int


def ordering_graph() -> dict[str, Any]:
    """An order enrolls, and the person waits for a coupon to be used; a cancellation ends it; a second order is a goal."""
    from bench.harness.graphs import graph

    nodes: dict[str, tuple[str, dict[str, Any]]] = {
        "trigger": (
            "trigger",
            {"kind": "event", "event": "order_paid", "where": [{"key": "amount", "cmp": "gte", "value": 100}]},
        ),
        "used": ("wait_event", {"any": [{"id": "used", "event": "coupon_used", "where": []}], "timeout": "P7D"}),
        "end": ("exit", {"reason": "done"}),
    }
    settings = {
        "exit_rules": [{"event": "order_cancelled"}],
        "goals": [
            {"id": "again", "name": "again", "event": "order_paid", "window": "P7D", "value": "amount", "primary": True}
        ],
    }
    return graph(nodes, [("trigger", "next", "used"), ("used", "used", "end"), ("used", "timeout", "end")], settings)


def abandoned_graph() -> dict[str, Any]:
    """A filled basket enrolls, and the person waits an hour for the order."""
    from bench.harness.graphs import graph

    nodes: dict[str, tuple[str, dict[str, Any]]] = {
        "trigger": ("trigger", {"kind": "event", "event": "cart_added"}),
        "paid": ("wait_event", {"any": [{"id": "paid", "event": "order_paid", "where": []}], "timeout": "PT1H"}),
    }
    return graph(nodes, [("trigger", "next", "paid")])


def waiting_graph() -> dict[str, Any]:
    """People whom the API enrolls wait for a coupon to be used."""
    from bench.harness.graphs import graph

    nodes: dict[str, tuple[str, dict[str, Any]]] = {
        "trigger": ("trigger", {"kind": "api"}),
        "used": ("wait_event", {"any": [{"id": "used", "event": "coupon_used", "where": []}], "timeout": "P30D"}),
    }
    return graph(nodes, [("trigger", "next", "used")])


def segment_graph(segment: str) -> dict[str, Any]:
    """Whoever enters a segment, which is therefore kept, waits a day."""
    from bench.harness.graphs import graph

    trigger = {"kind": "segment", "segment": segment, "on": "enter", "backfill": False}
    return graph({"trigger": ("trigger", trigger), "rest": ("wait", {"for": "P1D"})}, [("trigger", "next", "rest")])


def main() -> None:
    with stack() as running:
        measure(running, size("DURATION", 60), size("PEOPLE", 100_000), size("SENDERS", 5), size("BATCH", 100))


def measure(running: Stack, seconds: int, people: int, senders: int, batch: int) -> None:
    from bench.harness.world import make_world
    from profiles.models import Event

    world = make_world(running.simulator_url)
    prepare(world, people)
    running.start_worker()
    running.start_web()
    traffic = Traffic(people, batch, seed=7)
    say(
        f"{senders} senders of {batch} events a call for {seconds} s, after {WARM_UP_SECONDS} s to warm up; {people:,} people"
    )
    asyncio.run(send(running, world, traffic, senders, WARM_UP_SECONDS))
    before, stored = running.cpu_seconds(), Event.objects.count()
    began = time.monotonic()
    answers = asyncio.run(send(running, world, traffic, senders, seconds))
    took = time.monotonic() - began
    say(f"processor seconds: {running.cpu_since(before)}")
    taken = sum(answer.accepted for answer in answers)
    if taken != Event.objects.count() - stored:
        raise RuntimeError(f"{taken} events were taken, and {Event.objects.count() - stored} are stored.")
    rows, copy_s = bare_copy()
    say(f"bare COPY: {rows:,} rows in {copy_s:.2f} s")
    report("ingest", figures(answers, taken, took, rows / copy_s), BOUNDS)


def prepare(world: "World", people: int) -> None:
    """People, journeys that listen, people who wait, and segments that are kept."""
    from bench.harness.people import CITIES, admit_people, make_people
    from bench.harness.world import publish_journey
    from profiles.segments import create_segment

    ids = []
    for start in range(0, people, PEOPLE_AT_ONCE):
        ids += make_people(world.workspace, range(start, min(start + PEOPLE_AT_ONCE, people)))
    publish_journey(world, "ordering", ordering_graph())
    publish_journey(world, "abandoned", abandoned_graph())
    admit_people(publish_journey(world, "waiting", waiting_graph()), ids[:WAITING])
    often = {"op": "event", "name": "order_paid", "agg": "count", "cmp": "gte", "value": 3, "within": "P30D"}
    local = {"op": "attribute", "key": "city", "cmp": "eq", "value": CITIES[0]}
    for name, rule in (("often", often), ("local", {"op": "and", "args": [local, often]})):
        segment = create_segment(world.workspace, name, "", rule)
        publish_journey(world, name, segment_graph(str(segment.pk)))


async def send(running: Stack, world: "World", traffic: Traffic, senders: int, seconds: float) -> list[Answer]:
    """Send body after body from each sender until the time is up."""
    answers: list[Answer] = []
    until = time.monotonic() + seconds
    headers = {"Authorization": f"Bearer {world.api_key}", "Content-Type": "application/json"}
    connector = aiohttp.TCPConnector(limit=senders)
    async with aiohttp.ClientSession(running.web_url, headers=headers, connector=connector) as client:

        async def one() -> None:
            while time.monotonic() < until:
                (body,) = traffic.bodies(1)
                began = time.monotonic()
                async with client.post("/api/v1/events/", data=body) as response:
                    answer = await response.json()
                ended = time.monotonic()
                answers.append(Answer(ended, ended - began, answer["accepted"] if response.status == 202 else -1))

        await asyncio.gather(*(one() for _ in range(senders)))
    return answers


def figures(answers: Sequence[Answer], taken: int, took: float, copy_rate: float) -> dict[str, float | int | None]:
    times = [1000 * answer.seconds for answer in answers]
    # The slowest ten seconds: what is sustained is not the average.
    first = min(answer.at for answer in answers)
    windows = [
        sum(answer.accepted for answer in answers if start <= answer.at - first < start + 10) / 10
        for start in range(max(1, int(took) - 9))
    ]
    return {
        "events": taken,
        "failed": sum(answer.accepted < 0 for answer in answers),
        "events_per_s": taken / took,
        "slowest_10_s_per_s": min(windows) if took >= 10 else None,
        "p50_ms": percentile(times, 0.5),
        "p99_ms": percentile(times, 0.99),
        "copy_rows_per_s": copy_rate,
        "over_copy": taken / took / copy_rate,
    }


def bare_copy() -> tuple[int, float]:
    """Write the rows once more, by one COPY into a table with the same months and indexes: their number, median seconds."""
    from django.db import connection

    connection.ensure_connection()
    with (
        connection.connection.cursor() as cursor,
        cursor.copy(f"copy (select {COLUMNS} from profiles_event) to stdout") as stream,
    ):
        lines = [bytes(line) for line in stream]
    return len(lines), statistics.median(_copied(b"".join(lines)) for _ in range(COPIES))


def _copied(text: bytes) -> float:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "create table bench_copy (like profiles_event including indexes) partition by range (occurred_at)"
        )
        cursor.execute("create table bench_copy_all partition of bench_copy default")
    began = time.monotonic()
    with connection.connection.cursor() as cursor, cursor.copy(f"copy bench_copy ({COLUMNS}) from stdin") as stream:
        stream.write(text)
    took = time.monotonic() - began
    with connection.cursor() as cursor:
        cursor.execute("drop table bench_copy")
    return took


if __name__ == "__main__":
    main()
