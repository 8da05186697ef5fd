"""Retention, movement between classes, and sales before and after: against everybody's events, one by one."""

import random
from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import hypot, sqrt
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from journeys.models import Journey, ReviewRun
from journeys.review.credits.rules import change_rules
from journeys.review.paths.filters import Filters
from journeys.review.worth.measures import AFTER, SALES_DAYS, refresh_people, want_retention
from journeys.review.worth.movement import movement_review, sales_review
from journeys.review.worth.retention import retention_review
from profiles.models import ClassSpell, Computed, Event
from tests.fixtures import graphs
from tests.fixtures.world import DAY, HOUR, MINUTE, T0, World
from tests.integration.journeys.review.worth_rows import path, walked

pytestmark = pytest.mark.django_db

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY0 = T0.astimezone(SHANGHAI).date()


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def journey(world: World) -> Journey:
    world.sms()
    return world.journey(graphs.graph({"hi": graphs.send()}, ["start -> hi"], goals=[graphs.GOAL]))


def day_of(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()


def groups(journey: Journey, reached: set[int], held: set[int]) -> dict[UUID, tuple[date, str]]:
    """Everybody with the day of their first entry and their group."""
    found: dict[UUID, list[ReviewRun]] = {}
    for run in ReviewRun.objects.filter(journey_id=journey.pk):
        found.setdefault(run.profile_id, []).append(run)
    return {
        who: (
            min(run.day for run in runs),
            "touched"
            if any(run.path_id in reached for run in runs)
            else "held_out"
            if any(run.path_id in held for run in runs)
            else "untouched",
        )
        for who, runs in found.items()
    }


def slow_retention(people: dict[UUID, tuple[date, str]], event: str, today: date) -> dict[tuple[str, int], Any]:
    counts: Counter[tuple[str, int]] = Counter()
    came: Counter[tuple[str, int]] = Counter()
    for who, (day, group) in people.items():
        events = Event.objects.filter(profile_id=who)
        days = {day_of(one.occurred_at) for one in events if not event or one.name == event}
        for after in AFTER:
            if day + timedelta(days=after) < today:
                counts[group, after] += 1
                came[group, after] += day + timedelta(days=after) in days
    return {key: (counts[key], came[key]) for key in counts}


def currency_of(properties: dict[str, Any], otherwise: str) -> str:
    said = str(properties.get("currency", "")).strip().upper()
    if said == "RMB":
        return "CNY"
    return said if len(said) == 3 and said.isascii() and said.isalpha() else otherwise


def slow_sales(
    people: dict[UUID, tuple[date, str]], today: date, most: int = 10_000_000, otherwise: str = "CNY"
) -> dict[tuple[str, str], Any]:
    spent: dict[tuple[str, str], list[Decimal]] = {}
    buyers: dict[tuple[str, str], list[set[UUID]]] = {}
    for who, (day, group) in people.items():
        if day + timedelta(days=SALES_DAYS) >= today:
            continue
        for one in Event.objects.filter(profile_id=who, name="order_paid"):
            amount, on = one.properties.get("amount"), day_of(one.occurred_at)
            if not isinstance(amount, int) or not 0 < amount <= most or not 0 < abs((on - day).days) <= SALES_DAYS:
                continue
            key = (currency_of(one.properties, otherwise), group)
            side = int(on > day)
            spent.setdefault(key, [Decimal(0), Decimal(0)])[side] += amount
            buyers.setdefault(key, [set(), set()])[side].add(who)
    return {key: (*sums, *(len(side) for side in buyers[key])) for key, sums in spent.items()}


@pytest.mark.parametrize("seed", range(3))
def test_days_of_any_history_are_those_of_everybodys_events(world: World, journey: Journey, seed: int) -> None:
    chance = random.Random(seed)
    reached = path(journey, [["hi", "sms", "delivered", ""]])
    quiet = path(journey, [["hi", "sms", "accepted", ""]])
    held = path(journey, held_out=True)
    crowd = world.people(24)
    for who in crowd:
        for _ in range(chance.choice([1, 1, 2])):
            walked(journey, who, DAY0 + timedelta(days=chance.randrange(12)), chance.choice([reached, quiet, held]))
    now = T0 + 42 * DAY
    _live(world, chance, crowd)
    want_retention(journey, "visit")
    refresh_people(journey.pk, now - 20 * DAY)
    _live(world, chance, crowd[:2], since=22)
    refresh_people(journey.pk, now)

    people = groups(journey, {reached.pk}, {held.pk})
    for event in ("", "visit"):
        found = retention_review(journey, Filters(), event, now)
        totals = {
            (one["group"], cell["after"]): (cell["people"], cell["came"])
            for one in found["groups"]
            for cell in one["cells"]
            if cell["people"]
        }
        assert totals == slow_retention(people, event, day_of(now))
        for row in found["difference"]:
            touched, base = (totals[group, row["after"]] for group in ("touched", found["control"]))
            assert row["interval"] == pytest.approx(slow_interval(touched, base))
    sales = sales_of(journey, now)
    assert sales, "somebody has bought something"
    assert sales == slow_sales(people, day_of(now))
    change_rules(world.workspace.pk, {"most_value": "50", "currency": "JPY"}, now)
    refresh_people(journey.pk, now)
    assert sales_of(journey, now) == slow_sales(people, day_of(now), 50, "JPY") != sales


def sales_of(journey: Journey, now: datetime) -> dict[tuple[str, str], Any]:
    return {
        (row["currency"], row["group"]): (
            *(row[period]["sales"] for period in ("before", "after")),
            *(row[period]["buyers"] for period in ("before", "after")),
        )
        for row in sales_review(journey, Filters(), now)["sales"]
    }


def slow_interval(touched: tuple[int, int], base: tuple[int, int]) -> dict[str, float]:
    """Newcombe's tenth method, from the definition of the score interval: the shares that 1.96 deviations do not refute."""
    (low, high), (base_low, base_high) = bounds(*touched), bounds(*base)
    share, other = touched[1] / touched[0], base[1] / base[0]
    return {
        "low": share - other - hypot(share - low, base_high - other),
        "high": share - other + hypot(high - share, other - base_low),
    }


def bounds(people: int, came: int) -> tuple[float, float]:
    share = came / people

    def edge(outside: float) -> float:
        inside = share
        for _ in range(100):
            middle = (inside + outside) / 2
            refuted = abs(share - middle) > 1.959963984540054 * sqrt(middle * (1 - middle) / people)
            inside, outside = (inside, middle) if refuted else (middle, outside)
        return inside

    return edge(0.0), edge(1.0)


def _live(world: World, chance: random.Random, crowd: list[UUID], since: int = -32) -> None:
    """Everybody does this and that; what is after the first refresh is later than what it has counted for good."""
    events = []
    for who in crowd:
        for _ in range(12):
            at = T0 + chance.randrange(since, 42) * DAY + chance.randrange(1440) * MINUTE
            name = chance.choice(["visit", "order_paid", "order_paid", "other"])
            amount: Any = chance.choice([5, 99, -3, "many", 10**8])
            currency = {"currency": chance.choice(["USD", "rmb", "?"])} if chance.random() < 0.3 else {}
            events.append(world.event(who, name, at, event_id=str(chance.getrandbits(64)), amount=amount, **currency))
    world.ingest(events, T0 + 43 * DAY)


def test_the_day_after_ends_at_midnight_in_the_workspaces_zone(world: World, journey: Journey) -> None:
    on_time, late = world.people(2)
    reached = path(journey, [["hi", "email", "accepted", ""]])
    for who in (on_time, late):
        walked(journey, who, DAY0, reached)
    # A minute before the end of the next day in Shanghai, and that end.
    end = datetime.combine(DAY0 + timedelta(days=2), datetime.min.time(), SHANGHAI)
    world.happen(on_time, "visit", end - MINUTE)
    world.happen(late, "visit", end)

    refresh_people(journey.pk, end - HOUR)
    found = retention_review(journey, Filters(), "", end - HOUR)
    assert found["days"][0]["cells"][0]["mature"] is False
    assert found["groups"][0]["cells"][0]["people"] == 0, "the day is not over"

    refresh_people(journey.pk, end + HOUR)
    found = retention_review(journey, Filters(), "", end + HOUR)
    assert found["groups"][0]["cells"][0] == {"after": 1, "people": 2, "came": 1, "rate": 0.5}
    assert {one["code"] for one in found["notes"]} == {"immature_days", "no_control"}


def test_whoever_was_reached_after_all_changes_the_group_of_old_days(world: World, journey: Journey) -> None:
    who = world.person()
    run = walked(journey, who, DAY0, path(journey, [["hi", "sms", "accepted", ""]]))
    refresh_people(journey.pk, T0 + 50 * DAY)
    ReviewRun.objects.filter(pk=run.pk).update(path_id=path(journey, [["hi", "sms", "read", ""]]).pk)
    assert refresh_people(journey.pk, T0 + 51 * DAY) == 2, "the day of both measures"
    assert retention_review(journey, Filters(), "", T0 + 51 * DAY)["groups"][0]["cells"][3]["people"] == 1
    assert refresh_people(journey.pk, T0 + 52 * DAY) == 0, "nothing of it can change any more"


def test_classes_move_among_those_who_were_reached(world: World, journey: Journey) -> None:
    model = Computed.objects.create(
        workspace=world.workspace, kind="rfm", key="rfm", name="RFM", definition={}, next_at=T0
    )
    reached, other, stranger = world.people(3)
    walked(journey, reached, DAY0, path(journey, [["hi", "sms", "delivered", ""]]))
    walked(journey, other, DAY0, path(journey))
    for who in (reached, other, stranger):
        spells = {"workspace_id": world.workspace.pk, "computed_id": model.pk, "profile_id": who}
        ClassSpell.objects.create(**spells, label="at_risk", since=T0 - 9 * DAY, until=T0 + DAY)
        ClassSpell.objects.create(**spells, label="champion", since=T0 + DAY)
    moves = {one["group"]: one["moves"] for one in movement_review(journey, Filters(), T0 + 2 * DAY)["rfm"]}
    moved = [{"origin": "at_risk", "destination": "champion", "people": 1}]
    assert moves == {"touched": moved, "held_out": [], "untouched": moved}
