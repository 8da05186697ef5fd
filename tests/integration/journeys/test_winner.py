"""An A/B test ends after its time and its people, by its goal; from then on everybody gets the same variant."""

from typing import Any

import pytest

from journeys.models import VariantChoice
from tests.fixtures.graphs import GOAL, graph, wait
from tests.fixtures.world import DAY, HOUR, MINUTE, T0, World

WINNER = {"after": "P7D", "min_people": 60, "goal": "bought", "confidence": 0.95, "fallback": "a"}


def ab_test(world: World, **winner: Any) -> Any:
    config = {
        "variants": [{"id": "a", "weight": 50}, {"id": "b", "weight": 50}],
        "winner": {**WINNER, **winner},
    }
    nodes = {"ab": ("ab", config), "rest a": wait("P20D"), "rest b": wait("P20D")}
    goal = {**GOAL, "window": "P60D"}
    journey = world.journey(graph(nodes, ["start -> ab", "ab.a -> rest a", "ab.b -> rest b"], goals=[goal]))
    journey.versions.update(published_at=T0)
    return journey


def people_in(world: World, journey: Any, count: int, buying: str) -> None:
    """Let so many people come, of whom those with the variant `buying` buy."""
    runs = world.enrolled(journey, *world.people(count))
    world.tick(T0)
    for run in runs:
        if run.node == f"rest {buying}":
            world.happen(run.row.profile_id, "order_paid", T0 + MINUTE)
    world.tick(T0 + MINUTE)


def newcomers(world: World, journey: Any, at: Any) -> set[str]:
    # Their ids are new in every run: that so many go one way by chance happens once in a billion runs.
    runs = world.enrolled(journey, *world.people(30), at=at)
    world.tick(at)
    return {run.node for run in runs}


def test_the_better_variant_gets_everybody(world: World) -> None:
    journey = ab_test(world)
    people_in(world, journey, 80, buying="b")
    assert newcomers(world, journey, T0 + DAY) == {"rest a", "rest b"}
    assert newcomers(world, journey, T0 + 7 * DAY) == {"rest b"}
    choice = VariantChoice.objects.get(journey_id=journey.pk)
    assert (choice.variant, choice.reason, choice.node) == ("b", "winner", "ab")
    assert choice.statistics["variants"]["b"]["converted"] > 0
    assert choice.statistics["variants"]["a"]["converted"] == 0
    newest = max(world.runs(journey), key=lambda run: run.id)
    (event,) = newest.all("variant_assigned")
    assert event.data["variant"] == "b"
    assert event.data["winner"]["statistics"] == choice.statistics


def test_a_difference_that_may_be_chance_gives_the_fallback(world: World) -> None:
    journey = ab_test(world)
    people_in(world, journey, 80, buying="none")
    assert newcomers(world, journey, T0 + 8 * DAY) == {"rest a"}
    choice = VariantChoice.objects.get(journey_id=journey.pk)
    assert (choice.variant, choice.reason) == ("a", "fallback")


def test_it_goes_on_until_enough_people_have_come(world: World) -> None:
    journey = ab_test(world, min_people=1000)
    people_in(world, journey, 80, buying="b")
    assert newcomers(world, journey, T0 + 8 * DAY) == {"rest a", "rest b"}
    assert not VariantChoice.objects.exists()


def test_the_choice_stands_whatever_comes_later(world: World) -> None:
    journey = ab_test(world)
    people_in(world, journey, 80, buying="b")
    assert newcomers(world, journey, T0 + 7 * DAY) == {"rest b"}
    for run in world.runs(journey):
        if run.node == "rest a":
            world.happen(run.row.profile_id, "order_paid", T0 + 7 * DAY + HOUR)
    world.tick(T0 + 8 * DAY)
    assert newcomers(world, journey, T0 + 9 * DAY) == {"rest b"}


@pytest.mark.parametrize(("change", "code"), [({"fallback": "c"}, "unknown_fallback"), ({"goal": "g"}, "unknown_goal")])
def test_a_winner_names_what_exists(world: World, change: dict[str, str], code: str) -> None:
    from journeys.runtime.publish import InvalidGraph

    with pytest.raises(InvalidGraph) as refused:
        ab_test(world, **change)
    assert [issue.code for issue in refused.value.issues if issue.severity == "error"] == [code]
