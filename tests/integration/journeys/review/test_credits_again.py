"""Credits are what a slow and obvious computation from the logs makes of generated histories, however they were refreshed."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from journeys.models import Credit, Journey
from journeys.review.credits import refresh
from journeys.review.credits.definition import clear_goals, set_goals
from journeys.review.credits.refresh import refresh_credits
from journeys.review.credits.rules import change_rules
from profiles.incoming import IncomingEvent
from profiles.merging.by_hand import merge_by_hand
from profiles.merging.undo import undo
from profiles.models import Identity
from tests.fixtures.graphs import GOAL, graph, on_event, wait
from tests.fixtures.world import DAY, HOUR, T0, World
from tests.integration.journeys.review.slow_credits import Key, Slow, slow_credits

REACHED = {"id": "reached", "event": None}
DEAR = {
    **GOAL,
    "id": "dear",
    "window": "P2D",
    "where": [{"key": "amount", "cmp": "gte", "value": 50}],
    "primary": False,
}
FRESH = {**GOAL, "id": "fresh", "where": [{"key": "made", "cmp": "within_last", "value": "P1D"}], "primary": False}
ALWAYS = {"reentry": {"mode": "always"}}


class History:
    """Four journeys and a dozen people, to whom things happen by chance, on a clock that goes on."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.chance, self.now = world, random.Random(seed), T0
        self.people = [self._person(kind) for kind in ("member_id", "jd_pin") for _ in range(6)]
        api = {"long": wait("P30D"), "mark": ("goal", {"goal": "reached"})}
        self.journeys = [
            world.journey(graph(api, ["start -> mark", "mark -> long"], goals=[GOAL, DEAR, REACHED], entry=ALWAYS)),
            world.journey(graph({"long": wait("P30D")}, ["start -> long"], goals=[FRESH], holdout={"percent": 50})),
            self._triggered(key=None),
            self._triggered(key="shop"),
        ]

    def _person(self, kind: str) -> tuple[UUID, str]:
        person = self.world.person()
        Identity.objects.filter(profile_id=person).update(type=kind)
        return person, kind

    def _triggered(self, key: str | None) -> Journey:
        start = on_event("order_paid", **({"key": key} if key else {}))
        nodes = {"start": start, "long": wait("P30D")}
        return self.world.journey(graph(nodes, ["start -> long"], goals=[{**GOAL, "id": f"by {key}"}], entry=ALWAYS))

    def goes_on(self, steps: int) -> None:
        for _ in range(steps):
            self.now += self.chance.choice([timedelta(minutes=7), HOUR, 9 * HOUR])
            act = self.chance.choices([self._happens, self._enrolls, self._merges], [8, 3, 0.4])[0]
            act()
        self.world.tick(self.now)

    def _happens(self) -> None:
        name = self.chance.choices(["order_paid", "order_refunded", "order_cancelled"], [7, 3, 1])[0]
        at = self.now + self.chance.choice([timedelta(), timedelta(), -HOUR, -30 * HOUR, -3 * DAY, 5 * DAY])
        properties: dict[str, Any] = {
            "amount": self.chance.choice([9.9, "80", 120, 50.12345, -4, None, 10**8, "much"]),
            "order_id": self.chance.choice([*map(str, range(12)), " 3 ", 4, None]),
            "made": (at - self.chance.choice([HOUR, 2 * DAY])).isoformat(),
            "shop": self.chance.choice(["A", "A", "B", None]),
            "currency": self.chance.choice([None, None, None, "usd", "RMB", "yuan"]),
        }
        kept = {key: value for key, value in properties.items() if value is not None}
        person, kind = self.chance.choice(self.people)
        event = IncomingEvent(
            payload={},
            name=name,
            identities=[(kind, str(person))],
            event_id=self.chance.choice([None, None, f"e{self.chance.randrange(20)}"]),
            occurred_at=at.isoformat(),
            properties=kept,
        )
        self.world.ingest([event], self.now)

    def _enrolls(self) -> None:
        journey = self.chance.choice(self.journeys[:2])
        (person,) = self._present(1)
        self.world.enroll(journey, person, at=self.now)

    def _merges(self) -> None:
        members = [person for person, kind in self.people if kind == "member_id"]
        pins = [person for person, kind in self.people if kind == "jd_pin"]
        one, other = self.chance.choice(members), self.chance.choice(pins)
        holders = set(Identity.objects.filter(value__in=[str(one), str(other)]).values_list("profile_id", flat=True))
        if holders == {one, other}:
            merge = merge_by_hand(self.world.workspace, one, other, self.now, None, "")
            if self.chance.random() < 0.5:
                undo(self.world.workspace, merge.pk, self.now + HOUR, None)
                self.now += HOUR

    def _present(self, count: int) -> Iterator[UUID]:
        for person, _ in self.chance.sample(self.people, count):
            yield Identity.objects.get(value=str(person)).profile_id


def stored() -> dict[Key, Slow]:
    return {
        (one.enrollment_id, one.goal, one.event_id): Slow(
            one.order, one.occurred_at, one.value, one.refunded, one.currency, one.note, tuple(sorted(one.odd))
        )
        for one in Credit.objects.all()
    }


def differences(found: dict[Key, Slow], wanted: dict[Key, Slow]) -> list[str]:
    return [
        f"{key}: {found.get(key)} and not {wanted.get(key)}"
        for key in found.keys() | wanted.keys()
        if found.get(key) != wanted.get(key)
    ]


@pytest.mark.parametrize(
    ("seed", "credit", "repeats"),
    [
        (1, "last_entry_before", "each"),
        (2, "first_entry", "once"),
        (3, "each", "each"),
        (4, "last_entry_before", "once"),
    ],
)
def test_credits_are_what_the_logs_say(
    world: World, monkeypatch: pytest.MonkeyPatch, seed: int, credit: str, repeats: str
) -> None:
    # Without it every refresh would look at all that the test has made.
    monkeypatch.setattr(refresh, "OVERLAP", timedelta())
    change_rules(world.workspace.id, {"credit": credit, "repeats": repeats}, T0)
    history = History(world, seed)
    for _ in range(3):
        history.goes_on(30)
        for journey in history.chance.sample(history.journeys, 4):
            refresh_credits(journey.pk, runs_at_once=history.chance.choice([1, 7, 1000]))
        assert differences(stored(), slow_credits(world.workspace)) == []
        assert all(one.counted is (one.note == "") for one in Credit.objects.all())
    assert len({one.note for one in stored().values()}) >= 4, "the history has too little in it"
    _restated(history.journeys[0], world, history.now)


def _restated(journey: Journey, world: World, now: datetime) -> None:
    """Other goals, and back again: the past is counted by each."""
    before = stored()
    set_goals(journey, [{**GOAL, "window": "P1D", "id": "soon"}], None, now)
    refresh_credits(journey.pk)
    assert differences(stored(), slow_credits(world.workspace)) == []
    assert stored() != before
    assert clear_goals(journey)
    refresh_credits(journey.pk)
    assert differences(stored(), before) == []
