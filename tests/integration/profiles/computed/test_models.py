"""RFM, lifecycle and lifetime value of a workspace's people, and how they move between classes."""

from collections import Counter
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
import pytest

from profiles import tag_definitions
from profiles.computed import catalogue, clv, lifecycle, movement
from profiles.computed.bgnbd import BgNbd
from profiles.models import Computed, Event
from tests.fixtures.computing import computed_of, settle, tags_of
from tests.fixtures.world import DAY, HOUR, T0, World
from workspaces.errors import DomainError
from workspaces.models.base import new_id

RFM = {"event": "order_paid", "value": "amount", "k": 3, "breaks": {"r": [10, 60], "f": [1, 3], "m": [50, 200]}}


@pytest.fixture
def world(db: None) -> World:
    return World()


def model(world: World, kind: str, definition: dict[str, Any], key: str = "", at: datetime = T0) -> Computed:
    return catalogue.create(world.workspace, kind, key or kind, key or kind, "", definition, at)


def buy(world: World, person: UUID, *amounts: float, at: datetime = T0) -> None:
    for number, amount in enumerate(amounts):
        world.happen(person, "order_paid", at - number * HOUR, received=T0, amount=amount)


def fresh(row: Computed) -> Computed:
    return Computed.objects.select_related("workspace").get(pk=row.pk)


def test_each_combination_of_high_and_low_has_its_class(world: World) -> None:
    wanted = {}
    for recent in (True, False):
        for often in (True, False):
            for much in (True, False):
                person = world.person()
                orders = 4 if often else 1
                buy(world, person, *[(400 if much else 20) / orders] * orders, at=T0 if recent else T0 - 100 * DAY)
                wanted[person] = (recent, often, much)
    nobody = world.person()
    row = model(world, "rfm", RFM)
    settle(world, T0)
    labels = {wanted[person]: computed_of(person)["rfm"] for person in wanted}
    assert labels == {
        (True, True, True): "important_value",
        (True, False, True): "important_develop",
        (False, True, True): "important_keep",
        (False, False, True): "important_retain",
        (True, True, False): "general_value",
        (True, False, False): "general_develop",
        (False, True, False): "general_keep",
        (False, False, False): "general_retain",
    }
    assert computed_of(nobody) == {}
    assert Counter(movement.classes(row)) == Counter(labels.values())
    assert sum(cell.people for cell in movement.grid(row)) == 8
    assert fresh(row).with_value == 8


def test_a_value_at_a_break_has_not_passed_it(world: World) -> None:
    at_breaks, past_them = world.people(2)
    buy(world, at_breaks, 50, at=T0 - 10 * DAY)
    buy(world, past_them, 50, 0.01, at=T0 - 11 * DAY)
    model(world, "rfm", RFM)
    settle(world, T0)
    scores = [tuple(computed_of(one)[f"rfm_{name}"] for name in "rfm") for one in (at_breaks, past_them)]
    assert scores == [(3, 1, 1), (2, 2, 2)]


def test_quantiles_give_as_many_people_each_score_and_equals_the_same_one(world: World) -> None:
    people = world.people(25)
    for number, person in enumerate(people):
        buy(world, person, number + 1, at=T0 - number * DAY)
    row = model(world, "rfm", {"event": "order_paid", "value": "amount"})
    settle(world, T0)
    assert fresh(row).fitted["m"] == [5, 10, 15, 20]  # type: ignore[index]  # it is fitted
    assert Counter(computed_of(one)["rfm_m"] for one in people) == dict.fromkeys(range(1, 6), 5)
    assert Counter(computed_of(one)["rfm_r"] for one in people) == dict.fromkeys(range(1, 6), 5)
    assert {computed_of(one)["rfm_f"] for one in people} == {1}


def test_movement_is_counted_from_the_classes_at_two_instants(world: World) -> None:
    stays, moves, comes = world.people(3)
    buy(world, stays, 10)
    buy(world, moves, 10)
    row = model(world, "rfm", RFM)
    tag_definitions.create(
        world.workspace, {"key": "rfm", "name": "RFM", "kind": "model", "value_type": "text"}, None, "", T0
    )
    settle(world, T0)
    for amount in (100, 200, 300):
        world.happen(moves, "order_paid", T0 + DAY, amount=amount)
    world.happen(comes, "order_paid", T0 + DAY, amount=10)
    settle(world, T0 + DAY)
    moved = {(one.origin, one.destination): one.people for one in movement.movement(row, T0, T0 + DAY)}
    assert moved == {
        ("general_develop", "general_develop"): 1,
        ("general_develop", "important_value"): 1,
        (None, "general_develop"): 1,
    }
    assert movement.movement(row, T0 - DAY, T0 - HOUR) == []
    assert tags_of(moves) == {"rfm": "important_value"}, "the tag of the model's key follows the class"


def test_a_model_without_buyers_says_so_and_tries_again_at_night(world: World) -> None:
    world.person()
    row = model(world, "rfm", {"event": "order_paid", "value": "amount"})
    settle(world, T0)
    assert (fresh(row).refusal, fresh(row).computed_at, fresh(row).wanted_at) == ("no_buyers", None, None)
    person = world.person()
    buy(world, person, 10)
    settle(world, T0)
    assert computed_of(person) == {}
    settle(world, T0 + DAY)
    assert computed_of(person)["rfm_m"] == 1, "the only value there is has passed no break"
    assert fresh(row).refusal == ""


def test_the_first_stage_whose_rule_holds_is_the_stage(world: World) -> None:
    ages = {"prospect": None, "new": 5, "active": 45, "at_risk": 120, "lapsed": 300}
    people = {stage: world.person() for stage in ages}
    for stage, age in ages.items():
        if age is not None:
            buy(world, people[stage], 10, at=T0 - age * DAY)
    row = model(world, "lifecycle", {"stages": lifecycle.usual_stages("order_paid")})
    settle(world, T0)
    assert {stage: computed_of(one)["lifecycle"] for stage, one in people.items()} == {stage: stage for stage in ages}
    world.happen(people["lapsed"], "order_paid", T0 + HOUR, amount=1)
    settle(world, T0 + HOUR)
    assert computed_of(people["lapsed"])["lifecycle"] == "active"
    settle(world, T0 + 70 * DAY)
    assert computed_of(people["new"])["lifecycle"] == "active"
    moved = {(one.origin, one.destination): one.people for one in movement.movement(row, T0, T0 + 70 * DAY)}
    assert moved["active", "at_risk"] == 1


def test_stages_with_a_wrong_rule_are_refused_with_the_place(world: World) -> None:
    stages = [*lifecycle.usual_stages("a"), {"stage": "x", "name": "x", "rule": {"op": "fly"}}]
    with pytest.raises(DomainError) as caught:
        model(world, "lifecycle", {"stages": stages})
    assert (caught.value.code, caught.value.attr) == ("invalid_rule", "definition.stages.5.rule")


def test_too_few_buyers_are_no_model(world: World) -> None:
    for person in world.people(99):
        buy(world, person, 10, at=T0 - 30 * DAY)
    row = model(world, "clv", {"event": "order_paid", "value": "amount"})
    settle(world, T0)
    assert (fresh(row).refusal, fresh(row).fitted) == ("too_few_buyers", None)
    buy(world, world.person(), 10, at=T0 - 30 * DAY)
    settle(world, T0 + DAY)
    assert fresh(row).refusal == "too_few_repeat_buyers"


def shoppers(world: World, count: int) -> list[UUID]:
    """People who buy as BG/NBD says, with amounts around a mean of their own; the same ones each time."""
    random = np.random.default_rng(23)
    truth = BgNbd(0.6, 20.0, 0.8, 3.0)
    people, rows = world.people(count), []
    for person in people:
        rate, leaves = random.gamma(truth.r, 1 / truth.alpha), random.beta(truth.a, truth.b)
        scale = random.uniform(20, 200)
        clock = -200.0
        while clock <= 0:
            amount = round(float(random.gamma(4, scale / 4)), 2)
            rows.append((person, T0 + clock * DAY, amount))
            clock += random.exponential(1 / max(rate, 1e-9))
            if random.random() < leaves:
                break
    Event.objects.bulk_create(
        Event(
            workspace=world.workspace,
            event_id=str(new_id()),
            profile_id=person,
            name="order_paid",
            occurred_at=at,
            received_at=T0,
            properties={"amount": amount},
        )
        for person, at, amount in rows
    )
    return people


def test_lifetime_values_are_predicted_with_their_fit_and_are_the_same_each_time(world: World) -> None:
    people = shoppers(world, 400)
    nobody = world.person()
    row = model(world, "clv", {"event": "order_paid", "value": "amount", "days": 180})
    settle(world, T0)
    row = fresh(row)
    assert (row.refusal, row.fit_version, row.fitted_at, row.with_value) == ("", 1, T0, 400)
    first = {person: computed_of(person) for person in people}
    assert set(first[people[0]]) == set(clv.keys("clv", 180))
    assert computed_of(nobody) == {}
    for values in first.values():
        assert 0 <= values["clv_alive"] <= 1
        assert values["clv_alive"] + values["clv_churn"] == pytest.approx(1)
        assert values["clv_orders_180d"] >= 0
        assert values["clv_180d"] >= 0
    before = row.fitted
    catalogue.recompute(row, T0)
    settle(world, T0)
    row = fresh(row)
    assert (row.fitted, row.fit_version) == (before, 2)
    second = {person: computed_of(person) for person in people}
    assert second == {person: {**values, "clv_version": 2} for person, values in first.items()}


def test_an_order_changes_the_prediction_of_its_person_at_once(world: World) -> None:
    people = shoppers(world, 300)
    model(world, "clv", {"event": "order_paid", "value": "amount"})
    settle(world, T0)
    asleep = min(people, key=lambda one: computed_of(one)["clv_alive"])
    before, others = computed_of(asleep), {one: computed_of(one) for one in people if one != asleep}
    world.happen(asleep, "order_paid", T0 + HOUR, amount=100)
    settle(world, T0 + HOUR)
    assert computed_of(asleep)["clv_alive"] > before["clv_alive"]
    assert {one: computed_of(one) for one in others} == others
