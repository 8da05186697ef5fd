"""`make bench-faults`: an outbox drained while every fault strikes a fifth of what it can and the worker is killed.

Sizes: N messages, KILLS of the worker, SEED for their moments. docs/benchmarks.md says what is checked.
"""

import random
import time
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING

from bench.harness.killer import Killer, plan_kills
from bench.harness.report import Bound, Figure, report, say, size
from bench.harness.stack import Stack, stack

if TYPE_CHECKING:
    from bench.harness.world import World

BOUNDS = {"unaccounted": Bound(most=0), "duplicated": Bound(most=0), "unknown_over": Bound(most=0)}
RATE = 0.2
FAULTS = {
    "http_500_rate": RATE,
    "http_503_rate": RATE,
    "timeout_after_accept_rate": RATE,
    "throttle_rate": RATE,
    "duplicate_callback_rate": RATE,
    "late_callback_ms": 2000,
    "reorder_callbacks": True,
    "fail_delivery_rate": RATE,
    "latency_ms": 50,
}
ENDS = ("delivered", "failed", "blocked", "unknown")
# How long after the last kill attempts without an answer may still be looked up: the provider is asked for some eighty
# numbers a second (eight at once, each up to four times), on top of the minute that a late receipt is waited for.
SETTLE_AT_LEAST = 300.0  # seconds
SETTLED_PER_S = 80
NOT_ENDED = "select 1 from channels_app_message where account_id = %s and state not in ('delivered', 'failed', 'blocked', 'unknown')"


def main() -> None:
    with stack() as running:
        seed = size("SEED", random.SystemRandom().randrange(1, 10**6))
        measure(running, size("N", 20_000), size("KILLS", 10), seed)


def measure(running: Stack, messages: int, kills: int, seed: int) -> None:
    from bench.dispatch import numbers, template_of
    from bench.harness.outbox import fill_outbox, wake_dispatch
    from bench.harness.world import connect_simulator, make_world
    from channels_app.simulator.client import SimulatorClient

    running.start_simulator()
    running.start_worker(processes=1)
    running.start_web()
    world = make_world(running.simulator_url)
    connect_simulator(world, running.web_url, retry_scale=0.02)
    with closing(SimulatorClient(running.simulator_url)) as simulator:
        simulator.put_faults(**FAULTS)
    fill_outbox(world.account, template_of(world), numbers(messages, start=0), "sms")
    say(f"seed {seed}: {messages:,} messages, {kills} kills")
    began = time.monotonic()
    wake_dispatch(world.account)
    window = (2.0, 2.0 + messages / 250)
    killer = Killer(plan_kills(random.Random(seed), ("worker",), kills, window), {"worker": running.running["worker"]})
    killer.join()
    figures = settled(running, world, messages)
    say(f"settled after {time.monotonic() - began:.1f} s")
    report("faults", {"messages": messages, "kills": killer.done, **figures, "seed": seed}, BOUNDS)


def settled(running: Stack, world: "World", messages: int) -> dict[str, Figure]:
    from bench.harness.outbox import states
    from bench.harness.people import TooSlow, wait_until_none
    from channels_app.simulator.client import SimulatorClient

    try:
        wait_until_none(NOT_ENDED, [world.account.pk], SETTLE_AT_LEAST + messages / SETTLED_PER_S)
    except TooSlow as error:
        say(f"not settled: {error}")
    found = states(world.account)
    say(", ".join(f"{state} {count:,}" for state, count in sorted(found.items())))
    with closing(SimulatorClient(running.simulator_url)) as simulator:
        arrived = Counter(row["phone"] for row in simulator.export())
    unknown = found["unknown"]
    return {
        "unaccounted": messages - sum(found[state] for state in ENDS),
        "duplicated": sum(count - 1 for count in arrived.values()),
        "unknown": unknown,
        # The provider's records tell of every attempt that it took, so that only those it did not take stay unknown.
        "unknown_over": max(unknown - (messages - len(arrived)), 0),
        "delivered": found["delivered"],
        "failed": found["failed"],
    }


if __name__ == "__main__":
    main()
