"""Credits: which events count, for whom, and for how much, computed from what is stored."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from journeys.models import Credit, Journey
from journeys.review.credits import refresh
from journeys.review.credits.refresh import refresh_credits
from journeys.review.credits.rules import change_rules
from profiles.models import Event, Profile
from tests.fixtures.graphs import GOAL, graph, on_event, wait
from tests.fixtures.world import DAY, HOUR, MINUTE, SECOND, T0, World

Row = tuple[str, str | None, str, bool, str]


def bought(world: World, **goal: Any) -> Journey:
    return world.journey(graph({"long": wait("P30D")}, ["start -> long"], goals=[{**GOAL, **goal}]))


def credited(journey: Journey) -> list[Row]:
    """Order, value, what was given back, whether it counts, and why not; by their time."""
    refresh_credits(journey.pk)
    return rows(journey)


def rows(journey: Journey) -> list[Row]:
    return [
        (
            "" if one.order.startswith("event:") else one.order,
            None if one.value is None else f"{one.value:f}".rstrip("0").rstrip("."),
            f"{one.refunded:f}".rstrip("0").rstrip("."),
            one.counted,
            one.note,
        )
        for one in Credit.objects.filter(journey_id=journey.pk).order_by("occurred_at", "order", "enrollment_id")
    ]


def odd(journey: Journey) -> list[list[str]]:
    return [one.odd for one in Credit.objects.filter(journey_id=journey.pk).order_by("occurred_at")]


@pytest.mark.parametrize(("after", "count"), [(timedelta(), 1), (7 * DAY - SECOND, 1), (7 * DAY, 0)])
def test_a_goal_counts_from_the_entry_until_its_window_ends(world: World, after: timedelta, count: int) -> None:
    journey = bought(world)
    world.enrolled(journey, person := world.person())
    world.happen(person, "order_paid", T0 + after, received=T0 + 8 * DAY, order_id="A1", amount=9)
    assert credited(journey) == [("A1", "9", "0", True, "")] * count


def test_refunds_subtract_also_before_their_order_and_never_below_nothing(world: World) -> None:
    journey = bought(world)
    world.enrolled(journey, person := world.person())
    world.happen(person, "order_refunded", T0 + HOUR, order_id="A1", amount="30")
    world.happen(person, "order_paid", T0 + 2 * HOUR, order_id="A1", amount=100)
    assert credited(journey) == [("A1", "100", "30", True, "")]
    world.happen(world.person(), "order_refunded", T0 + DAY, order_id="A1", amount=-50)
    assert credited(journey) == [("A1", "100", "80", True, "")]
    world.happen(person, "order_refunded", T0 + DAY, order_id="A1", amount=50)
    assert credited(journey) == [("A1", "100", "100", True, "")]
    assert odd(journey) == [["over_refunded"]]


def test_a_cancelled_order_never_was(world: World) -> None:
    journey = bought(world)
    world.enrolled(journey, person := world.person())
    world.happen(person, "order_paid", T0 + HOUR, order_id="A1", amount=100)
    world.happen(person, "order_cancelled", T0 + DAY, order_id="A1")
    assert credited(journey) == [("A1", "100", "100", False, "cancelled")]


@pytest.mark.parametrize(
    ("rule", "counts"), [("last_entry_before", [False, True]), ("first_entry", [True, False]), ("each", [True, True])]
)
def test_an_order_is_credited_by_the_workspaces_rule(world: World, rule: str, counts: list[bool]) -> None:
    change_rules(world.workspace.id, {"credit": rule}, T0)
    first, second = bought(world), bought(world)
    person = world.person()
    world.enrolled(first, person, at=T0)
    world.enrolled(second, person, at=T0 + HOUR)
    world.happen(person, "order_paid", T0 + DAY, order_id="A1", amount=100)
    refresh_credits(first.pk)
    refresh_credits(second.pk)
    assert [row[3] for journey in (first, second) for row in rows(journey)] == counts
    assert sorted(row[4] for journey in (first, second) for row in rows(journey)) == sorted(
        "" if counted else "other_journey" for counted in counts
    )


def test_a_changed_rule_restates_the_past(world: World) -> None:
    first, second = bought(world), bought(world)
    person = world.person()
    world.enrolled(first, person, at=T0)
    world.enrolled(second, person, at=T0 + HOUR)
    world.happen(person, "order_paid", T0 + DAY, order_id="A1", amount=100)
    for journey in (first, second):
        refresh_credits(journey.pk)
    change_rules(world.workspace.id, {"credit": "first_entry"}, T0)
    for journey in (first, second):
        refresh_credits(journey.pk)
    assert (rows(first)[0][3:], rows(second)[0][3:]) == ((True, ""), (False, "other_journey"))


def test_an_order_that_is_told_twice_counts_once(world: World) -> None:
    journey = bought(world)
    world.enrolled(journey, person := world.person())
    world.happen(person, "order_paid", T0 + HOUR, order_id="A1", amount=100)
    world.happen(person, "order_paid", T0 + 2 * HOUR, order_id="A1", amount=110)
    assert credited(journey) == [("A1", "100", "0", True, ""), ("A1", "110", "0", False, "same_order")]


def test_a_run_may_count_once(world: World) -> None:
    change_rules(world.workspace.id, {"repeats": "once"}, T0)
    journey = bought(world)
    world.enrolled(journey, person := world.person())
    world.happen(person, "order_paid", T0 + HOUR, order_id="A1", amount=1)
    world.happen(person, "order_paid", T0 + 2 * HOUR, order_id="A2", amount=2)
    assert [row[3:] for row in credited(journey)] == [(True, ""), (False, "again")]
    world.happen(person, "order_cancelled", T0 + DAY, order_id="A1")
    assert [row[3:] for row in credited(journey)] == [(False, "cancelled"), (True, "")]


@pytest.mark.parametrize(
    ("properties", "value", "codes"),
    [
        ({}, None, ["no_value"]),
        ({"amount": "much"}, None, ["no_value"]),
        ({"amount": -5}, None, ["negative_value"]),
        ({"amount": "1e30"}, None, ["absurd_value"]),
        ({"amount": 10_000_001}, None, ["absurd_value"]),
        ({"amount": "9.99"}, "9.99", []),
        ({"amount": 1, "currency": "yuan"}, "1", ["odd_currency"]),
    ],
)
def test_odd_values_convert_and_are_noted(
    world: World, properties: dict[str, Any], value: str | None, codes: list[str]
) -> None:
    journey = bought(world)
    world.enrolled(journey, person := world.person())
    world.happen(person, "order_paid", T0 + HOUR, **properties)
    assert credited(journey) == [("", value, "0", True, "")]
    assert odd(journey) == [codes]


def test_currencies_stand_beside_each_other(world: World) -> None:
    journey = bought(world)
    world.enrolled(journey, person := world.person())
    told: list[dict[str, Any]] = [{"currency": "usd"}, {"currency": "RMB"}, {}]
    for hour, properties in enumerate(told):
        world.happen(person, "order_paid", T0 + hour * HOUR, amount=1, **properties)
    refresh_credits(journey.pk)
    assert list(Credit.objects.order_by("occurred_at").values_list("currency", flat=True)) == ["USD", "CNY", "CNY"]


def test_the_entry_event_is_no_conversion(world: World) -> None:
    journey = world.journey(
        graph({"start": on_event("order_paid"), "long": wait("P30D")}, ["start -> long"], goals=[GOAL])
    )
    person = world.person()
    world.happen(person, "order_paid", T0, order_id="A1")
    assert credited(journey) == []
    world.happen(person, "order_paid", T0 + MINUTE, order_id="A2", amount=3)
    assert credited(journey) == [("A2", "3", "0", True, "")]


def test_what_says_that_it_was_before_the_entry_is_shown_and_does_not_count(world: World) -> None:
    journey = bought(world)
    world.enrolled(journey, person := world.person())
    world.happen(person, "order_paid", T0 - MINUTE, received=T0 + HOUR, order_id="A1", amount=3)
    world.happen(person, "order_paid", T0 - 2 * DAY, received=T0 + HOUR, order_id="A0", amount=3)
    assert credited(journey) == [("A1", "3", "0", False, "before_entry")]


def test_a_clock_that_is_ahead_counts_when_it_was_received(world: World) -> None:
    journey = bought(world)
    world.enrolled(journey, person := world.person())
    world.happen(person, "order_paid", T0 + 30 * DAY, received=T0 + HOUR, order_id="A1", amount=3)
    assert credited(journey) == [("A1", "3", "0", True, "")]
    assert odd(journey) == [["clock_ahead"]]
    assert Credit.objects.get().occurred_at == T0 + HOUR


def test_who_was_held_out_has_credits_and_takes_none_from_others(world: World) -> None:
    held = world.journey(graph({"long": wait("P30D")}, ["start -> long"], goals=[GOAL], holdout={"percent": 100}))
    other = bought(world)
    person = world.person()
    world.enrolled(other, person, at=T0)
    world.enrolled(held, person, at=T0 + HOUR)
    world.happen(person, "order_paid", T0 + DAY, order_id="A1", amount=100)
    assert credited(other) == [("A1", "100", "0", True, "")]
    assert credited(held) == [("A1", "100", "0", True, "")]
    assert rows(other) == [("A1", "100", "0", True, "")]


def test_a_filter_over_time_judges_each_event_as_of_itself(world: World) -> None:
    journey = bought(world, where=[{"key": "made", "cmp": "within_last", "value": "P2D"}])
    world.enrolled(journey, person := world.person())
    world.happen(person, "order_paid", T0 + DAY, order_id="A1", made=T0.isoformat(), amount=1)
    world.happen(person, "order_paid", T0 + 3 * DAY, order_id="A2", made=T0.isoformat(), amount=2)
    world.tick(T0 + 3 * DAY)
    assert [row[0] for row in credited(journey)] == ["A1"]
    assert [one.value for one in world.conversions()] == [Decimal(1)]


def test_what_retention_took_stays_as_it_was_counted(db: None) -> None:
    world = World()
    journey = bought(world)
    world.enrolled(journey, person := world.person())
    world.happen(person, "order_paid", T0 + HOUR, order_id="A1", amount=3)
    before = credited(journey)
    Event.objects.all().delete()
    change_rules(world.workspace.id, {"most_value": 2}, T0)
    assert credited(journey) == before == [("A1", "3", "0", True, "")]


def test_conversions_of_an_erased_person_stay(db: None) -> None:
    world = World()
    journey, later = bought(world), bought(world)
    person = world.person()
    for one in (journey, later):
        world.enrolled(one, person)
    world.happen(person, "order_paid", T0 + HOUR, amount=3)
    world.tick(T0 + HOUR)
    change_rules(world.workspace.id, {"credit": "each"}, T0)
    before = credited(journey)
    Event.objects.update(properties={})
    Profile.objects.all().delete()
    change_rules(world.workspace.id, {"repeats": "once"}, T0)
    assert credited(journey) == before == [("", "3", "0", True, "")]
    # Of a journey that was never computed before, the engine's own record is all there is.
    assert credited(later) == before
    assert odd(later) == [["erased"]]


def test_a_refresh_that_was_cut_short_goes_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    journey = bought(world)
    people = world.people(3)
    world.enrolled(journey, *people)
    for number, person in enumerate(people):
        world.happen(person, "order_paid", T0 + HOUR, order_id=f"A{number}", amount=1)
    done = refresh._Refresh._note

    def killed(self: Any, kept: Any) -> None:
        done(self, kept)
        raise KeyboardInterrupt

    monkeypatch.setattr(refresh._Refresh, "_note", killed)
    with pytest.raises(KeyboardInterrupt):
        refresh_credits(journey.pk, runs_at_once=1)
    monkeypatch.undo()
    assert len(rows(journey)) == 1
    assert refresh_credits(journey.pk, runs_at_once=1) == 2
    assert len(rows(journey)) == 3
    assert refresh_credits(journey.pk) == 0
