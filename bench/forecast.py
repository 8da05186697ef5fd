"""`make bench-forecast`: a launch forecast of N people over 30 days, from the request to the result, by the real worker.

docs/benchmarks.md says what is measured and how.
"""

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import psutil

from bench.harness.report import Bound, report, say, size
from bench.harness.stack import stack

if TYPE_CHECKING:
    from bench.harness.world import World
    from journeys.models import Forecast, Journey

PEOPLE = 100_000
DAYS = 30
# 10:00 on a Monday in Shanghai: the first messages may go, those of the evening are held.
START = "2026-03-02T02:00:00Z"
BOUNDS = {"seconds_100k_30d": Bound(most=60), "peak_mb": Bound(most=600)}
WITHIN = 600.0  # seconds
POLL_SECONDS = 0.05
MAKE_AT_ONCE = 20_000


def forecast_graph() -> dict[str, Any]:
    """Twelve nodes: a split, an A/B test, three sends with quiet hours, waits in windows, a wait for an event."""
    from bench.harness.graphs import graph, halves, send, split_by_city

    marketing: dict[str, Any] = {"purpose": "marketing"}
    nodes = {
        "trigger": ("trigger", {"kind": "api"}),
        "city": split_by_city("上海", "北京"),
        "evening": ("wait", {"for": "P1D", "window": {"days": [1, 3, 5], "from": "19:00", "to": "22:00"}}),
        "ab": halves(),
        "first": send("first", "1", **marketing),
        "second": send("second", "2", **marketing, **{"await": {"for": "delivered", "timeout": "PT6H"}}),
        "order": ("wait_event", {"any": [{"id": "paid", "event": "order_paid"}], "timeout": "P7D"}),
        "thanks": ("wait", {"for": "P2D", "window": {"from": "10:00", "to": "20:00"}}),
        "night": ("wait", {"for": "PT10H"}),
        "third": send("first", "3", **marketing),
        "rest": ("wait", {"for": "P14D"}),
        "end": ("exit", {"reason": "done"}),
    }
    edges = [
        ("trigger", "next", "city"),
        ("city", "上海", "evening"),
        ("city", "北京", "ab"),
        ("city", "else", "ab"),
        ("evening", "next", "ab"),
        ("ab", "a", "first"),
        ("ab", "b", "second"),
        ("first", "next", "order"),
        ("second", "success", "order"),
        ("second", "failure", "night"),
        ("second", "timeout", "night"),
        ("order", "paid", "thanks"),
        ("order", "timeout", "night"),
        ("thanks", "next", "third"),
        ("night", "next", "third"),
        ("third", "next", "rest"),
        ("rest", "next", "end"),
    ]
    return graph(nodes, edges, {"quiet_hours": {"from": "21:00", "to": "09:00", "policy": "hold"}})


def assumptions() -> dict[str, Any]:
    return {
        "events": [{"name": "order_paid", "probability": 0.3, "after": "PT2H", "within": "P10D"}],
        "receipts": [
            {"channel": "sms", "outcome": "delivered", "probability": 0.94, "after": "PT1M"},
            {"channel": "sms", "outcome": "failed", "probability": 0.05, "after": "PT3M"},
        ],
    }


def main() -> None:
    people = size("N", PEOPLE)
    with stack() as servers:
        from bench.harness.world import make_world, publish_journey
        from journeys.runtime import nudges
        from journeys.temporal.nudger import Nudger

        worker = servers.start_worker()
        nudger = Nudger()
        nudges.connect(nudger)
        world = make_world(servers.simulator_url)
        make_crowd(world, people)
        journey = publish_journey(world, "forecast", forecast_graph())
        assert worker.pid is not None
        before = servers.cpu_seconds()
        row, seconds, peak_mb = timed(journey, worker.pid)
        say(f"{people:,} people over {DAYS} days in {seconds:.1f} s; processor seconds: {servers.cpu_since(before)}")
        check(row, people)
        nudger.close()
    report(
        "forecast",
        {
            "people": people,
            "seconds_100k_30d": seconds * PEOPLE / people,
            "steps_per_s": steps(row) / seconds,
            "peak_mb": peak_mb,
        },
        BOUNDS,
    )


def make_crowd(world: "World", people: int) -> None:
    from bench.harness.people import make_people

    for start in range(0, people, MAKE_AT_ONCE):
        make_people(world.workspace, range(start, min(start + MAKE_AT_ONCE, people)))


def timed(journey: "Journey", worker: int) -> tuple["Forecast", float, float]:
    """Ask for a forecast and wait for it: its row, seconds, and the most memory that its processes held together, in MB.

    Raises RuntimeError if it fails or takes too long.
    """
    from journeys.forecast.jobs import ask
    from journeys.models import Forecast

    began = time.monotonic()
    body = {"start": START, "days": DAYS, "assumptions": assumptions()}
    forecast = ask(journey, body, datetime.now(UTC)).pk
    started = {process.pid for process in psutil.Process(worker).children(recursive=True)}
    peak = 0
    while True:
        row = Forecast.objects.defer("result").get(pk=forecast)
        seconds = time.monotonic() - began
        if row.state == "done":
            return Forecast.objects.get(pk=forecast), seconds, peak / 1e6
        if row.state in {"failed", "cancelled"} or seconds > WITHIN:
            raise RuntimeError(f"After {seconds:.0f} s the forecast is {row.state}: {row.error}")
        peak = max(peak, memory(worker, started))
        time.sleep(POLL_SECONDS)


def memory(worker: int, others: set[int]) -> int:
    """Resident bytes of the processes that the worker has started for the forecast."""
    total = 0
    for process in psutil.Process(worker).children(recursive=True):
        if process.pid not in others:
            try:
                total += process.memory_info().rss
            except psutil.NoSuchProcess:
                continue
    return total


def steps(row: "Forecast") -> int:
    """How many nodes were entered."""
    return sum(flow["entered"] for flow in (row.result or {})["flow"].values())


def check(row: "Forecast", people: int) -> None:
    """Raises RuntimeError unless everybody went all the way: a bench that skips work measures nothing."""
    result = row.result or {}
    sent = sum(hour["allowed"] + hour["held"] for hour in result["sends"])
    if result["people"] != people or result["failures"] or not 1.9 * people < sent <= 2 * people:
        raise RuntimeError(f"{result['people']} people, {sent} messages, {result['failures']}")


if __name__ == "__main__":
    main()
