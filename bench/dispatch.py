"""`make bench-dispatch`: from the outbox to the provider, beside a bare loop that makes the same calls.

Sizes: N messages by SMS in batches. docs/benchmarks.md says what is measured and how.
"""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING
from uuid import uuid4

from bench.harness.report import Bound, Figure, percentile, report, say, size
from bench.harness.stack import Stack, stack

if TYPE_CHECKING:
    from bench.harness.world import World
    from channels_app.models import ChannelAccount, Template
    from channels_app.providers.base import BaseProvider, Outgoing

BOUNDS = {
    "sms_per_s": Bound(least=1500),
    "sms_over_bare": Bound(least=0.5),
    "rate_worst_over": Bound(most=0),
    "rate_used": Bound(least=0.95),
    "wechat_per_s": Bound(least=500),
    "welcome_p99_s": Bound(most=2),
}
RATE = 400  # messages in any second
RATE_SECONDS = 20
WECHAT_MESSAGES, WECHAT_LATENCY_MS = 6_000, 20
CAMPAIGN, WELCOMES, WELCOME_EVERY = 100_000, 150, 0.1
WITHIN = 300.0


def main() -> None:
    with stack() as running:
        measure(running, size("N", 30_000))


def measure(running: Stack, messages: int) -> None:
    from bench.harness.world import connect_simulator, make_world

    running.start_simulator()
    running.start_web()
    running.start_worker(processes=1)
    world = make_world(running.simulator_url)
    connect_simulator(world, running.web_url, delivery_ms=10_000_000)
    figures: dict[str, Figure] = sms(world, messages)
    figures |= rate(running, world)
    figures |= wechat(running, world)
    figures |= welcomes(running, world)
    report("dispatch", figures, BOUNDS)


def sms(world: "World", messages: int) -> dict[str, Figure]:
    """Drain the outbox with one worker; then make the same calls with nothing around them."""
    from bench.harness.outbox import fill_outbox, seconds_until, wake_dispatch

    template = template_of(world)
    drained(world, template, 500)
    addresses = numbers(messages, start=1_000)
    ids = fill_outbox(world.account, template, addresses, "sms")
    began = time.monotonic()
    wake_dispatch(world.account)
    seconds = seconds_until(world.account, ids, WITHIN)
    say(f"drained in {seconds:.1f} s, seen after {time.monotonic() - began:.1f} s")
    bare = bare_seconds(world.account, template, numbers(messages, start=2_000_000), at_once=1)
    parallel = bare_seconds(world.account, template, numbers(messages, start=4_000_000), at_once=0)
    say(f"the bare loop takes {bare:.1f} s, with as many calls at once as dispatch {parallel:.1f} s")
    return {
        "sms_per_s": messages / seconds,
        "bare_per_s": messages / bare,
        "sms_over_bare": bare / seconds,
        "sms_over_bare_at_once": parallel / seconds,
    }


def drained(world: "World", template: "Template", messages: int) -> None:
    """Send a few first: connections are opened, plans are made."""
    from bench.harness.outbox import fill_outbox, seconds_until, wake_dispatch

    ids = fill_outbox(world.account, template, numbers(messages, start=0), "sms")
    wake_dispatch(world.account)
    seconds_until(world.account, ids, WITHIN)


def bare_seconds(account: "ChannelAccount", template: "Template", addresses: Sequence[str], at_once: int) -> float:
    """Make the same calls with nothing around them, so many at once; 0: as many as dispatch makes."""
    from channels_app.accounts import open_provider
    from channels_app.providers.base import Outgoing

    provider = open_provider(account)
    outgoing = [
        Outgoing(
            uuid4(), address, template.provider_code, template.body, {"name": "客户", "number": str(number)}, "sms"
        )
        for number, address in enumerate(addresses)
    ]
    calls = provider.plan(outgoing)
    with ThreadPoolExecutor(at_once or provider.calls_at_once) as pool:
        began = time.monotonic()
        for result in pool.map(lambda call: _call(provider, call), calls):
            assert result
        return time.monotonic() - began


def _call(provider: "BaseProvider", call: "Sequence[Outgoing]") -> bool:
    return len(provider.send_batch(uuid4(), call)) == len(call)


def rate(running: Stack, world: "World") -> dict[str, Figure]:
    """An account with a rate, fed without end: no second at the provider above it, and little of it lost."""
    from bench.harness.outbox import fill_outbox, seconds_until, wake_dispatch
    from channels_app.models import ChannelAccount, Message
    from channels_app.simulator.client import SimulatorClient

    with closing(SimulatorClient(running.simulator_url)) as simulator:
        simulator.reset()
        Message.objects.filter(account=world.account).delete()
        ChannelAccount.objects.filter(pk=world.account.pk).update(rate=RATE)
        ids = fill_outbox(world.account, template_of(world), numbers(RATE * RATE_SECONDS, start=5_000_000), "sms")
        wake_dispatch(world.account)
        seconds_until(world.account, ids, WITHIN)
        instants = sorted(float(row["accepted_at"]) for row in simulator.export())
    return {"rate_worst_over": most_in_a_second(instants) - RATE, "rate_used": used(instants)}


def wechat(running: Stack, world: "World") -> dict[str, Figure]:
    """Template messages, one call each, at a vendor that takes 20 ms to answer."""
    from bench.harness.outbox import fill_outbox, seconds_until, wake_dispatch
    from bench.harness.vendors import wechat_account
    from channels_app.simulator.client import SimulatorClient

    account, template = wechat_account(world.workspace, running.simulator_url)
    params = {"character_string1": "A{}"}
    with closing(SimulatorClient(running.simulator_url)) as simulator:
        simulator.put_faults(latency_ms=WECHAT_LATENCY_MS)
        openids = [f"obench{number:022d}" for number in range(WECHAT_MESSAGES)]
        ids = fill_outbox(account, template, openids, "wechat_template", params)
        wake_dispatch(account)
        seconds = seconds_until(account, ids, WITHIN)
        simulator.put_faults()
    return {"wechat_per_s": WECHAT_MESSAGES / seconds}


def welcomes(running: Stack, world: "World") -> dict[str, Figure]:
    """New contacts while a campaign leaves by SMS: their welcome stands behind none of it."""
    from bench.harness.outbox import fill_outbox, states, wake_dispatch
    from bench.harness.vendors import Corporation
    from channels_app.models import ChannelAccount

    ChannelAccount.objects.filter(pk=world.account.pk).update(rate=None)
    corporation = Corporation(world.workspace, running.simulator_url, running.web_url)
    fill_outbox(world.account, template_of(world), numbers(CAMPAIGN, start=10_000_000), "sms")
    wake_dispatch(world.account)
    came = 0
    while came < WELCOMES:
        corporation.come()
        came += 1
        time.sleep(WELCOME_EVERY)
    waiting = states(world.account)["queued"]
    say(f"{came} contacts came; {waiting:,} messages of the campaign still waited then")
    return {"welcome_p99_s": percentile(corporation.latencies(came), 0.99), "campaign_left": waiting}


def most_in_a_second(instants: Sequence[float]) -> int:
    """The most of these instants (ascending) that lie in any half-open second."""
    most, first = 0, 0
    for last, at in enumerate(instants):
        while instants[first] <= at - 1:
            first += 1
        most = max(most, last - first + 1)
    return most


def used(instants: Sequence[float]) -> float:
    """How much of the rate was used between the first message and the last second's worth."""
    full = len(instants) - RATE
    return full / (instants[full] - instants[0]) / RATE


def template_of(world: "World") -> "Template":
    from channels_app.models import Template

    return Template.objects.select_related("account").get(workspace=world.workspace, key="first")


def numbers(count: int, start: int) -> list[str]:
    from bench.harness.people import phone

    return [phone(start + number) for number in range(count)]


if __name__ == "__main__":
    main()
