"""Computed attributes follow what happens and what time does, and only what is different is written."""

from typing import Any
from uuid import UUID

import pytest

from profiles import hooks, upkeep
from profiles.computed import catalogue, passes
from profiles.models import Computed, ComputedDue, ComputedMark, Profile
from tests.fixtures.computing import computed_of, settle
from tests.fixtures.world import DAY, HOUR, MINUTE, SECOND, T0, World
from workspaces.models import Workspace


@pytest.fixture
def world(db: None) -> World:
    return World()


def test_a_new_definition_computes_everybody_and_an_event_only_its_person(world: World) -> None:
    one, other = world.people(2)
    world.happen(one, "order_paid", T0, amount=19.9)
    spent = formula(world, "spent", kind="sum", event="order_paid", property="amount")
    settle(world, T0)
    assert (computed_of(one), computed_of(other)) == ({"spent": 19.9}, {})
    world.happen(other, "order_paid", T0 + HOUR, amount="0.1")
    world.happen(one, "visit", T0 + HOUR)
    assert ComputedMark.objects.count() == 1, "an event that no definition looks at leaves no mark"
    settle(world, T0 + HOUR)
    assert computed_of(other) == {"spent": 0.1}
    row = Computed.objects.get(pk=spent.pk)
    assert (row.touched_at, row.computed_at, row.people, row.with_value) == (T0 + HOUR, T0, 2, 1)


def formula(world: World, key: str = "x", at: Any = T0, **definition: Any) -> Computed:
    return catalogue.create(world.workspace, "attribute", key, key, "", definition, at)


def test_a_late_event_counts_where_its_time_puts_it(world: World) -> None:
    person = world.person()
    formula(world, "first", kind="first", event="order_paid", property="shop")
    formula(world, "recent", kind="count", event="order_paid", within="P7D")
    settle(world, T0)
    world.happen(person, "order_paid", T0, shop="b")
    settle(world, T0)
    world.happen(person, "order_paid", T0 - 30 * DAY, received=T0 + MINUTE, shop="a")
    settle(world, T0 + MINUTE)
    assert computed_of(person) == {"first": "a", "recent": 1}


def test_a_window_passes_when_it_passes_and_not_before(world: World) -> None:
    person = world.person()
    formula(world, kind="count", event="order_paid", within="PT2H")
    settle(world, T0)
    world.happen(person, "order_paid", T0)
    world.happen(person, "order_paid", T0 + HOUR)
    seen = []
    for at in (T0 + HOUR, T0 + 2 * HOUR - SECOND, T0 + 2 * HOUR, T0 + 3 * HOUR):
        settle(world, at)
        seen.append(computed_of(person)["x"])
    assert seen == [2, 2, 1, 0]
    assert not ComputedDue.objects.exists(), "nothing more can change by itself"


def test_days_since_grow_by_themselves(world: World) -> None:
    person = world.person()
    formula(world, kind="days_since", event="visit")
    world.happen(person, "visit", T0)
    settle(world, T0)
    settle(world, T0 + DAY - SECOND)
    assert computed_of(person) == {"x": 0}
    assert upkeep.workspaces_waiting(T0 + 2 * DAY) == {world.workspace.id}
    settle(world, T0 + 2 * DAY)
    assert computed_of(person) == {"x": 2}


def test_what_is_the_same_is_not_written_and_nobody_is_told(world: World) -> None:
    person = world.person()
    world.happen(person, "visit", T0)
    row = formula(world, kind="first", event="visit")
    settle(world, T0)
    told: list[UUID] = []

    def listener(workspace: Workspace, people: list[UUID]) -> None:
        told.extend(people)

    hooks.profiles_changed.connect(listener)
    try:
        world.happen(person, "visit", T0 + HOUR)
        catalogue.recompute(row, T0 + HOUR)
        settle(world, T0 + HOUR)
    finally:
        hooks.profiles_changed.disconnect(listener)
    assert told == []
    assert Computed.objects.get(pk=row.pk).computed_at == T0 + HOUR


def test_a_pass_goes_on_where_it_is_and_does_each_person_once(world: World) -> None:
    people = world.people(5)
    for person in people:
        world.happen(person, "visit", T0)
    row = formula(world, kind="count", event="visit")
    passes.advance_pass(world.workspace, T0, limit=2)
    assert [computed_of(one) for one in sorted(people)] == [{"x": 1}, {"x": 1}, {}, {}, {}]
    assert Computed.objects.get(pk=row.pk).passed == 2
    while passes.advance_pass(world.workspace, T0 + SECOND, limit=2):
        pass
    assert all(computed_of(one) == {"x": 1} for one in people)
    done = Computed.objects.get(pk=row.pk)
    assert (done.passed, done.with_value, done.computed_at, done.pass_at) == (5, 5, T0, None)


def test_everybody_is_computed_every_night_at_three_of_the_workspace(world: World) -> None:
    row = formula(world, kind="count", event="visit")
    settle(world, T0)
    night = T0.replace(hour=19)
    assert Computed.objects.get(pk=row.pk).next_at == night
    assert upkeep.workspaces_waiting(night - SECOND) == set()
    settle(world, night)
    assert Computed.objects.get(pk=row.pk).next_at == night + DAY


def test_an_end_takes_the_values_from_everybody(world: World) -> None:
    person = world.person(name="小王")
    world.happen(person, "visit", T0)
    row = formula(world, kind="count", event="visit", within="P1D")
    settle(world, T0)
    assert computed_of(person) == {"x": 1}
    catalogue.end(row, T0)
    settle(world, T0)
    assert Profile.objects.get(pk=person).attributes["name"] == "小王"
    assert computed_of(person) == {}
    assert not Computed.objects.exists()
    assert not ComputedDue.objects.exists()


def test_a_definition_that_fails_says_so_and_keeps_no_other_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from profiles.computed import formulas

    person = world.person()
    bad, good = formula(world, "bad", kind="count", event="visit"), formula(world, "good", kind="count", event="visit")
    settle(world, T0)
    works = formulas.FormulaCalculation.differences

    def fails(self: Any, people: Any) -> Any:
        if self.keys == ["bad"]:
            raise ZeroDivisionError("no")
        return works(self, people)

    monkeypatch.setattr(formulas.FormulaCalculation, "differences", fails)
    world.happen(person, "visit", T0)
    settle(world, T0)
    assert computed_of(person) == {"good": 1}
    row = Computed.objects.get(pk=bad.pk)
    assert (row.error, row.failed_at, row.retry_at) == ("ZeroDivisionError: no", T0, T0 + MINUTE)
    assert Computed.objects.get(pk=good.pk).error == ""
    monkeypatch.undo()
    settle(world, T0 + MINUTE)
    assert computed_of(person) == {"good": 1, "bad": 1}
    assert Computed.objects.get(pk=bad.pk).error == ""
