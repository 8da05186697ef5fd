"""A forecast of people equals what the engine really does with the same people, where the assumptions are certain."""

from collections import Counter
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from channels_app.models import Message
from journeys.engine.enrollment import Event
from journeys.models import Enrollment, EnrollmentEvent, Journey
from journeys.projections.counters import count_events
from tests.fixtures.forecasts import crowd_of, forecast, full_graph
from tests.fixtures.reality import Reality
from tests.fixtures.world import DAY, HOUR, MINUTE, T0, World


def states(journey: Journey) -> dict[str, int]:
    return dict(Counter(Enrollment.objects.filter(journey=journey).values_list("state", flat=True)))


def left(journey: Journey) -> dict[tuple[str, str], int]:
    counts: Counter[tuple[str, str, str]] = Counter()
    rows = EnrollmentEvent.objects.filter(enrollment_id__in=Enrollment.objects.filter(journey=journey).values("id"))
    count_events(counts, "", [Event(row.kind, row.node, row.at, row.data) for row in rows])
    return {
        (node, metric.removeprefix("left:")): n for (_, node, metric), n in counts.items() if metric.startswith("left:")
    }


def foreseen(found: dict[str, Any]) -> dict[tuple[str, str], int]:
    return {(node, outcome): n for node, flow in found["flow"].items() for outcome, n in flow["left"].items()}


@pytest.fixture
def crowd(world: World) -> list[UUID]:
    return crowd_of(world)


@pytest.mark.parametrize(
    ("bought", "viewed", "delivered"), [(True, False, True), (False, True, True), (False, False, False)]
)
def test_a_forecast_is_what_the_engine_does(
    world: World, crowd: list[UUID], bought: bool, viewed: bool, delivered: bool
) -> None:
    world.sms(purpose="marketing")
    journey = world.journey(full_graph())
    events = [("order_paid", bought, 26 * HOUR), ("page_view", viewed, 30 * HOUR), ("member_paid", viewed, 4 * DAY)]
    assumptions = {
        "events": [
            {"name": name, "probability": int(happens), "after": f"PT{int(after / HOUR)}H"}
            for name, happens, after in events
        ],
        "receipts": [{"channel": "sms", "outcome": "delivered", "probability": int(delivered), "after": "PT5M"}],
    }
    found = forecast(world, journey, days=10, assumptions=assumptions)

    world.enrolled(journey, *crowd)
    reality = Reality(world, journey, 5 * MINUTE if delivered else None)
    for name, happens, after in events:
        for person in crowd if happens else ():
            reality.plan(T0 + after, partial(world.happen, person, name, T0 + after))
    reality.run(T0 + 10 * DAY)

    assert found["people"] == len(crowd)
    assert found["ended"] == states(journey)
    assert foreseen(found) == left(journey)
    assert sent(found) == reality.hours
    blocked = Message.objects.filter(journey_id=journey.pk, state="blocked")
    assert Counter({row["reason"]: row["count"] for row in found["blocked"]}) == Counter(
        blocked.values_list("reason", flat=True)
    )
    assert {"allowed", "held"} <= {kind for _, kind in reality.hours}, "the comparison has something to compare"


def sent(found: dict[str, Any]) -> dict[tuple[datetime, str], int]:
    rows = [
        (datetime.fromisoformat(row["at"]), kind, row[kind]) for row in found["sends"] for kind in ("allowed", "held")
    ]
    return {(at, kind): count for at, kind, count in rows if count}
