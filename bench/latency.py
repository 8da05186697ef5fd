"""`make bench-latency`: from an event taken by HTTP to its SMS at the provider, at a steady rate.

Sizes: RATE events a second for DURATION seconds. docs/benchmarks.md says what is measured and how.
"""

import asyncio
import time
from collections.abc import Sequence
from contextlib import closing
from typing import Any

from bench.harness.open_loop import Call, call_at_rate, open_client
from bench.harness.report import Bound, percentile, report, say, size
from bench.harness.stack import Stack, stack

BOUNDS = {"p50_ms": Bound(most=200), "p99_ms": Bound(most=800), "failed": Bound(most=0)}
REGISTERED = "user_registered"
WARM_UP_SECONDS = 5
ARRIVE_WITHIN = 30.0  # seconds after the last call
POLL_SECONDS = 0.2


def latency_graph() -> dict[str, Any]:
    """An event enrolls a person, who is sent an SMS at once."""
    from bench.harness.graphs import graph, send

    nodes = {
        "trigger": ("trigger", {"kind": "event", "event": REGISTERED}),
        "welcome": send("first", "{{ event.number }}"),
    }
    return graph(nodes, [("trigger", "next", "welcome")])


def main() -> None:
    with stack() as running:
        measure(running, size("RATE", 50), size("DURATION", 60))


def measure(running: Stack, rate: int, seconds: int) -> None:
    from bench.harness.world import connect_simulator, make_world, publish_journey

    running.start_simulator()
    running.start_worker()
    running.start_web()
    world = make_world(running.simulator_url)
    connect_simulator(world, running.web_url)
    publish_journey(world, "welcome", latency_graph())

    warm_up, measured = rate * WARM_UP_SECONDS, rate * seconds
    say(f"{rate} events a second for {seconds} s, after {WARM_UP_SECONDS} s to warm up")
    before = running.cpu_seconds()
    calls = asyncio.run(post_events(running.web_url, world.api_key, range(warm_up + measured), rate))
    taken = [number for number, call in enumerate(calls) if call.status == 202]
    arrivals = arrived(running, {phone_at_provider(number) for number in taken})
    say(f"processor seconds: {running.cpu_since(before)}")
    report("latency", figures(calls, arrivals, range(warm_up, warm_up + measured)), BOUNDS)


async def post_events(web_url: str, api_key: str, numbers: Sequence[int], rate: int) -> list[Call]:
    async with open_client(web_url, api_key) as client:
        return await call_at_rate(client, "/api/v1/events/", [body(number) for number in numbers], rate)


def body(number: int) -> dict[str, Any]:
    from bench.harness.people import phone

    properties = {"number": str(number)}
    identities = {"phone": phone(number)}
    event = {"event_id": f"e{number}", "name": REGISTERED, "identities": identities, "properties": properties}
    return {"events": [event]}


def phone_at_provider(number: int) -> str:
    """The simulator keeps numbers without the country's code."""
    from bench.harness.people import phone

    return phone(number).removeprefix("+86")


def arrived(running: Stack, expected: set[str]) -> dict[str, float]:
    """When the request with each phone's SMS arrived (wall-clock seconds), as soon as all have or time is up."""
    from channels_app.simulator.client import SimulatorClient

    deadline = time.monotonic() + ARRIVE_WITHIN
    with closing(SimulatorClient(running.simulator_url)) as simulator:
        while True:
            found = {row["phone"]: row["accepted_at"] for row in simulator.export()}
            if expected <= found.keys() or time.monotonic() > deadline:
                return found
            time.sleep(POLL_SECONDS)


def figures(
    calls: Sequence[Call], arrivals: dict[str, float], measured: Sequence[int]
) -> dict[str, float | int | None]:
    """Milliseconds from the answer 202, and from the moment at which the call was to start, to the arrival."""
    pairs = [(calls[number], arrivals.get(phone_at_provider(number))) for number in measured]
    complete = [(call, at) for call, at in pairs if call.status == 202 and at is not None]
    from_answer = [1000 * (at - call.answered_at) for call, at in complete]
    from_start = [1000 * (at - call.due_at) for call, at in complete]
    answers = [1000 * (call.answered_at - call.due_at) for call, _ in complete]
    return {
        "events": len(pairs),
        "failed": len(pairs) - len(complete),
        "p50_ms": percentile(from_answer, 0.5),
        "p99_ms": percentile(from_answer, 0.99),
        "worst_ms": max(from_answer),
        "p50_from_start_ms": percentile(from_start, 0.5),
        "p99_from_start_ms": percentile(from_start, 0.99),
        "answer_p50_ms": percentile(answers, 0.5),
        "answer_p99_ms": percentile(answers, 0.99),
    }


if __name__ == "__main__":
    main()
