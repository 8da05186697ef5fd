"""`make bench-simulate`: a test run of a journey of many nodes, as the console asks for it.

Sizes: NODES nodes, RUNS test runs. docs/benchmarks.md says what is measured and how.
"""

import statistics
import time
from typing import TYPE_CHECKING, Any

import httpx

from bench.harness.report import Bound, percentile, report, say, size
from bench.harness.stack import Stack, stack

if TYPE_CHECKING:
    from bench.harness.world import World

BOUNDS = {"ms_200_nodes": Bound(most=200)}
WARM_UP = 3
# One of each in turn, so that a path of 200 nodes has 40 splits, tests, updates, messages and waits.
KINDS = ("split", "ab", "update", "send", "wait")


def long_graph(nodes: int) -> dict[str, Any]:
    """One path through `nodes` nodes: every outcome of a node leads to the next."""
    from bench.harness.graphs import graph, halves, send, split_by_city

    made: dict[str, Any] = {"trigger": ("trigger", {"kind": "api"})}
    edges: list[tuple[str, str, str]] = []
    before, outcomes = "trigger", ["next"]
    for number in range(nodes - 1):
        kind, name = KINDS[number % len(KINDS)], f"n{number}"
        edges += [(before, outcome, name) for outcome in outcomes]
        before = name
        match kind:
            case "split":
                made[name], outcomes = split_by_city("上海", "北京"), ["上海", "北京", "else"]
            case "ab":
                made[name], outcomes = halves(), ["a", "b"]
            case "update":
                made[name], outcomes = ("update", {"set": {f"seen_{number}": "{{ profile.name }}"}}), ["next"]
            case "send":
                made[name], outcomes = send("first", str(number)), ["next"]
            case "wait":
                made[name], outcomes = ("wait", {"for": "PT1H"}), ["next"]
    return graph(made, edges)


def main() -> None:
    with stack() as running:
        measure(running, size("NODES", 200), size("RUNS", 30))


def measure(running: Stack, nodes: int, runs: int) -> None:
    from bench.harness.world import make_world

    running.start_web()
    world = make_world(running.simulator_url)
    took = [run(running, world, nodes) for _ in range(WARM_UP + runs)][WARM_UP:]
    say(f"{runs} test runs of {nodes} nodes: {min(took):.0f} to {max(took):.0f} ms")
    report(
        "simulate",
        {"ms_200_nodes": statistics.median(took), "p95_ms": percentile(took, 0.95), "nodes": nodes},
        BOUNDS,
    )


def run(running: Stack, world: "World", nodes: int) -> float:
    """Milliseconds of one test run by HTTP. Raises RuntimeError if it does not go through every node."""
    script = {
        "graph": long_graph(nodes),
        "profile": {"attributes": {"city": "上海", "name": "李"}, "identities": {"phone": "+8613800000000"}},
        "until": "P365D",
    }
    began = time.monotonic()
    answer = httpx.post(
        f"{running.web_url}/api/v1/journeys/simulate/",
        json=script,
        headers={"Authorization": f"Bearer {world.api_key}"},
        timeout=60,
        trust_env=False,
    )
    took = (time.monotonic() - began) * 1000
    answer.raise_for_status()
    entered = sum(event["kind"] in {"enrolled", "node_entered"} for event in answer.json()["events"])
    if entered != nodes:
        raise RuntimeError(f"the run came to {entered} of {nodes} nodes")
    return took


if __name__ == "__main__":
    main()
