"""`make bench-profile`: the page about one person with a long history, as the console asks for it.

Sizes: EVENTS of the person, OTHERS' events, RUNS calls. docs/benchmarks.md says what is measured and how.
"""

import statistics
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx

from bench.harness.report import Bound, percentile, report, say, size
from bench.harness.stack import Stack, stack

if TYPE_CHECKING:
    from bench.harness.world import World

BOUNDS = {"p95_ms": Bound(most=50), "next_p95_ms": Bound(most=50)}
WARM_UP = 20
PEOPLE = 2_000
DAYS = 365
MONTHS = 12
# Spread over a year, and a tenth of them within the last day.
EVENTS = """
insert into profiles_event (id, workspace_id, event_id, profile_id, name, occurred_at, received_at, properties)
select gen_random_uuid(), %(workspace)s, 'e' || gen_random_uuid(), (%(people)s::uuid[])[1 + n %% cardinality(%(people)s::uuid[])],
    (array['page_viewed', 'product_viewed', 'cart_added', 'order_paid', 'coupon_used'])[1 + n %% 5], at, at,
    jsonb_build_object('sku', 'SKU-' || n, 'price', n / 10.0, 'title', '商品' || n, 'url', '/products/' || n, 'from', '小程序')
from (
    select n, now() - random() * case when n %% 10 = 0 then interval '1 day' else interval '1 day' * %(days)s end as at
    from generate_series(1, %(count)s) n
) made order by at
"""


def main() -> None:
    with stack() as running:
        measure(running, size("EVENTS", 10_000), size("OTHERS", 1_000_000), size("RUNS", 300))


def measure(running: Stack, events: int, others: int, runs: int) -> None:
    from bench.harness.people import make_people
    from bench.harness.world import make_world

    world = make_world(running.simulator_url)
    people = make_people(world.workspace, range(PEOPLE))
    fill(world, people, events, others)
    running.start_web()
    with httpx.Client(
        base_url=running.web_url, headers={"Authorization": f"Bearer {world.api_key}"}, timeout=60, trust_env=False
    ) as client:
        first = [timed(client, f"/api/v1/profiles/{people[0]}/overview/") for _ in range(WARM_UP + runs)][WARM_UP:]
        following = pages(client, f"/api/v1/profiles/{people[0]}/timeline/", runs)
    say(f"{runs} pages: {min(first):.1f} to {max(first):.1f} ms; {len(following)} pages of the timeline after it")
    report(
        "profile",
        {
            "events": events,
            "p50_ms": statistics.median(first),
            "p95_ms": percentile(first, 0.95),
            "next_p95_ms": percentile(following, 0.95),
        },
        BOUNDS,
    )


def fill(world: "World", people: list[UUID], events: int, others: int) -> None:
    """The events of the first person and of the others, in their months; and what else the page shows of her."""
    from django.db import connection

    from bench.harness.graphs import graph
    from bench.harness.people import CITIES, admit_people
    from bench.harness.world import publish_journey
    from profiles import partitions
    from profiles.segments import create_segment

    now = datetime.now(UTC)
    for back in range(MONTHS, 0, -1):
        month = (now.year * 12 + now.month - 1 - back) // 12, (now.year * 12 + now.month - 1 - back) % 12 + 1
        partitions.make(datetime(*month, 1, tzinfo=UTC).date())
    began = time.monotonic()
    with connection.cursor() as cursor:
        for whose, count in ((people[:1], events), (people[1:], others)):
            values: dict[str, Any] = {"workspace": world.workspace.pk, "people": whose, "count": count, "days": DAYS}
            cursor.execute(EVENTS, values)
        cursor.execute("vacuum analyze profiles_event")
    say(f"{events + others:,} events made in {time.monotonic() - began:.0f} s")
    for number in range(20):
        rule = {"op": "attribute", "key": "city", "cmp": "eq", "value": CITIES[0]}
        segment = create_segment(world.workspace, f"segment {number}", "", rule)
        trigger = {"kind": "segment", "segment": str(segment.pk), "on": "enter", "backfill": False}
        rest: dict[str, tuple[str, dict[str, Any]]] = {
            "trigger": ("trigger", trigger),
            "rest": ("wait", {"for": "P1D"}),
        }
        publish_journey(world, f"on segment {number}", graph(rest, [("trigger", "next", "rest")]))
        waits: dict[str, tuple[str, dict[str, Any]]] = {
            "trigger": ("trigger", {"kind": "api"}),
            "rest": ("wait", {"for": "P1D"}),
        }
        journey = publish_journey(world, f"journey {number}", graph(waits, [("trigger", "next", "rest")]))
        admit_people(journey, people[:100])


def timed(client: httpx.Client, address: str) -> float:
    """Milliseconds of one call."""
    began = time.monotonic()
    answer = client.get(address)
    took = (time.monotonic() - began) * 1000
    answer.raise_for_status()
    return took


def pages(client: httpx.Client, address: str, most: int) -> list[float]:
    """Milliseconds of each page of the timeline, from the newest on."""
    took: list[float] = []
    following: str | None = address
    while following and len(took) < most:
        began = time.monotonic()
        answer = client.get(following)
        took.append((time.monotonic() - began) * 1000)
        following = answer.raise_for_status().json()["next"]
    return took


if __name__ == "__main__":
    main()
