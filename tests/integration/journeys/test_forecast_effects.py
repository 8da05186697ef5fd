"""What paths do besides messages, in a forecast: they write to people, give tasks, and let people into other journeys."""

import math
from collections import Counter
from typing import Any

import pytest

from journeys.models import Enrollment, StaffTask
from profiles.models import Profile
from tests.fixtures.forecasts import crowd_of, forecast
from tests.fixtures.graphs import attribute, graph, leave, split, wait
from tests.fixtures.reality import Reality
from tests.fixtures.world import DAY, T0, World
from tests.integration.journeys.test_forecast_and_reality import foreseen, left, states

TASK = ("task", {"content": "请回访", "due": "P2D"})
TASK_EDGES = ["start -> call", "call.done -> happy", "call.failed -> sad", "call.overdue -> late"]
TASK_NODES = {"call": TASK, "happy": leave("happy"), "sad": leave("sad"), "late": leave("late")}


def notes(found: dict[str, Any]) -> set[str]:
    return {note["code"] for note in found["notes"]}


def written_graph() -> dict[str, Any]:
    """A path that writes, and rules after it that see what was written: twice, nested, by Liquid, tags given and taken."""
    nodes = {
        "city": split(sh=attribute("city", "上海")),
        "local": ("update", {"set": {"address.area": "{{ profile.city }}"}, "tags_add": ["local"]}),
        "rest": wait("PT1H"),
        "area": split(sh=attribute("address.area", "上海")),
        "count": split(second=attribute("visits", "1"), third=attribute("visits", "2")),
        "first": ("update", {"set": {"visits": "1"}, "tags_remove": ["new"]}),
        "again": ("update", {"set": {"visits": "2"}}),
        "new": split(new={"op": "tag", "key": "new"}, local={"op": "tag", "key": "local"}),
        "a": leave("new"),
        "b": leave("local"),
        "c": leave("other"),
    }
    edges = ["start -> city", "city.sh -> local", "city.else -> rest", "local -> rest", "rest -> area"]
    edges += ["area.sh -> count", "area.else -> new", "count.else -> first", "first -> rest", "count.second -> again"]
    edges += ["again -> rest", "count.third -> new", "new.new -> a", "new.local -> b", "new.else -> c"]
    return graph(nodes, edges)


def test_later_rules_see_what_a_path_has_written_as_they_do_for_real(world: World) -> None:
    people = crowd_of(world)
    Profile.objects.filter(pk__in=people[::2]).update(tags={"new": None})
    journey = world.journey(written_graph())
    found = forecast(world, journey, days=3)
    assert Profile.objects.filter(attributes__has_key="visits").count() == 0
    world.enrolled(journey, *people)
    Reality(world, journey, None).run(T0 + 3 * DAY)
    assert foreseen(found) == left(journey)
    assert found["ended"] == states(journey)
    assert found["flow"]["again"]["entered"] == 14
    assert "updates_in_part" in notes(found)


def test_what_one_forecast_has_written_the_next_does_not_see(world: World) -> None:
    crowd_of(world)
    journey = world.journey(written_graph())
    whole = forecast(world, journey, days=3)
    assert forecast(world, journey, days=3, parts=3) == whole


def test_tasks_are_overdue_unless_something_else_is_assumed(world: World) -> None:
    world.people(10)
    journey = world.journey(graph(TASK_NODES, TASK_EDGES))
    found = forecast(world, journey)
    assert found["flow"]["call"]["left"] == {"overdue": 10}
    assert "tasks_not_assumed" in notes(found)
    assert not StaffTask.objects.exists()


@pytest.mark.parametrize(
    ("tasks", "sure"),
    [
        ([{"outcome": "done", "probability": 1, "after": "PT3H"}], {"done"}),
        ([{"node": "call", "outcome": "failed", "probability": 1, "after": "P2D"}], {"failed"}),
        ([{"outcome": "done", "probability": 1, "after": "P3D"}], {"overdue"}),
        ([{"outcome": "overdue", "probability": 1}], {"overdue"}),
        (
            [{"node": "call", "outcome": "overdue", "probability": 1}, {"outcome": "done", "probability": 1}],
            {"overdue"},
        ),
        ([{"node": "other", "outcome": "done", "probability": 1}], {"overdue"}),
    ],
)
def test_tasks_end_as_is_assumed(world: World, tasks: list[dict[str, Any]], sure: set[str]) -> None:
    world.people(40)
    found = forecast(world, world.journey(graph(TASK_NODES, TASK_EDGES)), assumptions={"tasks": tasks})
    ends = found["flow"]["call"]["left"]
    assert set(ends) == sure
    assert sum(ends.values()) == 40
    if tasks[0].get("node") != "other":
        assert "tasks_not_assumed" not in notes(found)


def test_tasks_end_as_often_as_is_assumed(world: World) -> None:
    people = 500
    world.people(people)
    odds = {"done": 0.5, "failed": 0.3, "overdue": 0.2}
    tasks = [
        {"outcome": "done", "probability": odds["done"], "after": "PT3H"},
        {"outcome": "failed", "probability": odds["failed"], "after": "PT9H"},
    ]
    found = forecast(world, world.journey(graph(TASK_NODES, TASK_EDGES)), assumptions={"tasks": tasks})
    ends = found["flow"]["call"]["left"]
    # Six standard deviations: the draws go by people's ids, which are new in every run.
    far = {outcome: 6 * math.sqrt(people * odd * (1 - odd)) for outcome, odd in odds.items()}
    assert ends == {outcome: pytest.approx(people * odd, abs=far[outcome]) for outcome, odd in odds.items()}


def test_who_is_let_into_other_journeys_is_counted(world: World) -> None:
    crowd_of(world)
    other = world.journey(graph({"rest": wait("P1D")}, ["start -> rest"]))
    nodes = {
        "city": split(sh=attribute("city", "上海"), bj=attribute("city", "北京")),
        "in": ("enroll", {"journey": str(other.pk)}),
        "end": leave(),
    }
    journey = world.journey(graph(nodes, ["start -> city", "city.sh -> in", "city.bj -> end", "in -> end"]))
    found = forecast(world, journey)
    assert found["handed"] == [{"node": "in", "journey": str(other.pk), "name": "旅程", "people": 14}]
    assert found["ended"] == {"exited": 27, "completed": 13}
    assert "handed_over" in notes(found)
    assert Counter(Enrollment.objects.values_list("journey")) == Counter()
