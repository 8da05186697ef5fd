"""A forecast of people equals what the engine really does with the same people, where the assumptions are certain."""

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from channels_app.models import Message
from channels_app.ports import MessageChange, PendingSend
from journeys.engine.enrollment import Event
from journeys.models import Enrollment, EnrollmentEvent, Journey
from journeys.projections.counters import count_events
from journeys.runtime.exit_veto import ExitVeto
from journeys.runtime.message_news import message_changed
from tests.fixtures.forecasts import crowd_of, forecast, full_graph
from tests.fixtures.world import DAY, HOUR, MINUTE, T0, World


class Reality:
    """The same days for real: ticks at the instants at which somebody is due, and a provider that does as is assumed."""

    def __init__(self, world: World, journey: Journey, delivered_after: timedelta | None) -> None:
        self.world = world
        self.journey = journey
        self.delivered_after = delivered_after
        self.happenings: dict[datetime, list[Callable[[], Any]]] = defaultdict(list)
        self.seen: set[UUID] = set()
        self.hours: Counter[tuple[datetime, str]] = Counter()

    def plan(self, at: datetime, happening: Callable[[], Any]) -> None:
        self.happenings[at].append(happening)

    def run(self, end: datetime) -> None:
        now = T0
        while now <= end:
            for happening in self.happenings.pop(now, []):
                happening()
            report = self.world.tick(now)
            self._send(now)
            upcoming = [at for at in (report.next_due, *self.happenings) if at is not None]
            if not upcoming:
                return
            now = max(min(upcoming), now)

    def _send(self, now: datetime) -> None:
        for message in self.world.messages(state="queued"):
            if message.pk not in self.seen:
                self.seen.add(message.pk)
                at = max(message.not_before, now)
                self.plan(at, partial(self._go_out, message.pk, at, at > now))

    def _go_out(self, message: UUID, at: datetime, was_held: bool) -> None:
        row = Message.objects.get(pk=message)
        assert row.enrollment_id is not None
        pending = PendingSend(message_id=message, enrollment_id=row.enrollment_id, node=row.node)
        if ExitVeto().vetoed(self.world.workspace.id, [pending], at):
            self._change(message, "blocked", at, "exited")
            return
        self.hours[at.replace(minute=0), "held" if was_held else "allowed"] += 1
        self._change(message, "accepted", at)
        if self.delivered_after is not None:
            later = at + self.delivered_after
            self.plan(later, partial(self._change, message, "delivered", later))

    def _change(self, message: UUID, state: str, at: datetime, reason: str = "") -> None:
        row = Message.objects.get(pk=message)
        Message.objects.filter(pk=message).update(state=state, reason=reason)
        change = MessageChange(
            message_id=row.pk,
            workspace_id=row.workspace_id,
            enrollment_id=row.enrollment_id,
            journey_id=row.journey_id,
            version_id=row.version_id,
            node=row.node,
            wants_outcome=row.wants_outcome,
            old_state=row.state,
            new_state=state,
            at=at,
            reason=reason,
        )
        message_changed([change])


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
