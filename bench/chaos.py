"""`make bench-chaos`: people pass through a journey while worker, Temporal and PostgreSQL are killed again and again.

Sizes: N people, KILLS in all, FEED seconds in which people come, SEED for the moments of the kills.
docs/benchmarks.md says what is checked.
"""

import random
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

from django.db import connection

from bench.harness.feeder import Batch, Feeder
from bench.harness.killer import Killer, plan_kills
from bench.harness.report import Bound, Figure, report, say, size
from bench.harness.stack import Stack, stack

if TYPE_CHECKING:
    from journeys.models import Journey

BOUNDS = {name: Bound(most=0) for name in ("lost", "duplicated", "log_gaps", "log_doubles", "rebuild_differs")}
REGISTERED, ORDERED = "user_registered", "order_paid"
SERVERS = ("worker", "temporal", "postgres")
IN_BATCH = 25
PROVIDER_LATENCY_MS = 100
ORDER_AFTER = (2.0, 12.0)  # seconds after the registration
SETTLE_WITHIN = 300.0  # seconds; an attempt without an answer is looked up for one minute before it is `unknown`


def chaos_graph() -> dict[str, Any]:
    """Split, A/B, a send whose delivery is awaited, a wait for an order, a second send."""
    from bench.harness.graphs import graph, halves, send, split_by_city

    await_delivery = {"await": {"for": "delivered", "timeout": "PT20S"}}
    nodes = {
        "trigger": ("trigger", {"kind": "event", "event": REGISTERED}),
        "city": split_by_city("上海", "北京"),
        "ab": halves(),
        "first": send("first", "{{ event.number }}", **await_delivery),
        "order": ("wait_event", {"any": [{"id": "ordered", "event": ORDERED}], "timeout": "PT15S"}),
        "wait": ("wait", {"for": "PT2S"}),
        "second": send("second", "{{ event.number }}"),
        "end": ("exit", {"reason": "done"}),
    }
    edges = [
        ("trigger", "next", "city"),
        *(("city", outcome, "ab") for outcome in ("上海", "北京", "else")),
        ("ab", "a", "first"),
        ("ab", "b", "first"),
        *(("first", outcome, "order") for outcome in ("success", "failure", "timeout")),
        ("order", "ordered", "second"),
        ("order", "timeout", "wait"),
        ("wait", "next", "second"),
        ("second", "next", "end"),
    ]
    goals = [{"id": "g1", "name": "首单", "event": ORDERED, "window": "P7D", "value": "amount", "primary": True}]
    return graph(nodes, edges, {"goals": goals})


def main() -> None:
    with stack() as running:
        seed = size("SEED", random.SystemRandom().randrange(1, 10**6))
        measure(running, size("N", 5_000), size("KILLS", 12), size("FEED", 60), seed)


def measure(running: Stack, people: int, kills: int, feed_seconds: int, seed: int) -> None:
    from bench.harness.world import connect_simulator, make_world, publish_journey
    from channels_app.simulator.client import SimulatorClient

    running.start_simulator()
    running.start_worker()
    running.start_web()
    world = make_world(running.simulator_url)
    # The vendor's minutes between repetitions of a callback become seconds: the outages here are short, too.
    connect_simulator(world, running.web_url, retry_scale=0.02)
    # As slow as a vendor over the Internet, so that calls are on their way when the worker dies.
    with closing(SimulatorClient(running.simulator_url)) as simulator:
        simulator.put_faults(latency_ms=PROVIDER_LATENCY_MS)
    journey = publish_journey(world, "chaos", chaos_graph())

    draw = random.Random(seed)
    plan = plan_kills(draw, SERVERS, kills, (2.0, feed_seconds + 10.0))
    say(f"seed {seed}: {people:,} people in {feed_seconds} s, {kills} kills")
    killer = Killer(plan, {name: running.running[name] for name in SERVERS})
    feeder = Feeder(running.web_url, world.api_key)
    began = time.monotonic()
    feeder.feed(batches(draw, people, feed_seconds))
    killer.join()
    feeder.close()
    say(f"fed after {time.monotonic() - began:.1f} s, with {feeder.retries} calls made again")
    figures = settled(running, journey, people)
    say(f"settled after {time.monotonic() - began:.1f} s")
    report(
        "chaos", {"people": people, "kills": killer.done, **figures, "retries": feeder.retries, "seed": seed}, BOUNDS
    )


def batches(draw: random.Random, people: int, seconds: float) -> list[Batch]:
    """Registrations, evenly over the time, and an order of every second person some seconds later."""
    made = []
    for start in range(0, people, IN_BATCH):
        at = seconds * start / people
        numbers = range(start, min(start + IN_BATCH, people))
        made.append(Batch(at, [event(REGISTERED, number) for number in numbers]))
        buyers = [number for number in numbers if number % 2]
        if buyers:
            made.append(Batch(at + draw.uniform(*ORDER_AFTER), [event(ORDERED, number) for number in buyers]))
    return made


def event(name: str, number: int) -> dict[str, Any]:
    from bench.harness.people import phone

    properties = {"number": str(number), "amount": 10 + number % 90}
    return {
        "event_id": f"{name}-{number}",
        "name": name,
        "identities": {"phone": phone(number)},
        "properties": properties,
    }


def settled(running: Stack, journey: "Journey", people: int) -> dict[str, Figure]:
    """Wait until everybody has ended and every message's fate is known, and audit."""
    from bench.harness.audit import audit
    from bench.harness.people import TooSlow, wait_until_ended, wait_until_none
    from channels_app.simulator.client import SimulatorClient

    connection.close()  # it went with a PostgreSQL that was killed
    open_messages = "select 1 from channels_app_message where journey_id = %s and state in ('queued', 'sending')"
    try:
        wait_until_ended(journey, SETTLE_WITHIN)
        wait_until_none(open_messages, [journey.pk], SETTLE_WITHIN)
    except TooSlow as error:
        say(f"not settled: {error}")
    with closing(SimulatorClient(running.simulator_url)) as simulator:
        found = audit(journey, people, simulator.export())
    for note in found.notes:
        say(f"  {note}")
    return {
        "messages": found.messages,
        "lost": found.lost,
        "duplicated": found.duplicated,
        "unknown": found.unknown,
        "events_matched": found.matched,
        "log_gaps": found.log_gaps,
        "log_doubles": found.log_doubles,
        "failed_steps": found.failed_steps,
        "rebuild_differs": rebuild_differs(),
    }


def rebuild_differs() -> Figure:
    """How many rows differ between the live projections and those rebuilt from the log."""
    from journeys.projections.rebuild import differences

    found = differences()
    for difference in found[:20]:
        say(f"  {difference}")
    return len(found)


if __name__ == "__main__":
    main()
