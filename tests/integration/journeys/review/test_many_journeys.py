"""What is asked of many journeys at once is what is asked of each, in as few statements."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from journeys.models import Journey
from journeys.review.credits.definition import definition_of, definitions_of, set_goals
from journeys.review.paths.freshness import freshness, freshness_of
from journeys.review.paths.refreshing import refresh
from journeys.runtime.drafts import create_draft
from tests.fixtures.graphs import GOAL, graph, on_event, send
from tests.fixtures.world import DAY, T0, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    world = World()
    world.sms()
    return world


def journeys_of(world: World) -> list[Journey]:
    keyed = {"start": on_event("order_paid", key="order_id"), "sms": send()}
    edges = ["start -> sms"]
    known = [
        world.journey(graph({"sms": send()}, edges, goals=[GOAL])),
        world.journey(graph({"sms": send()}, edges)),
        world.journey(graph(keyed, edges, goals=[{**GOAL, "window": "P3D"}])),
        create_draft(world.workspace, "草稿", "", graph({}, [])),
    ]
    set_goals(known[1], [{**GOAL, "id": "own"}], None, T0)
    return known


def test_many_are_as_fresh_as_each(world: World) -> None:
    known = [journey.pk for journey in journeys_of(world)]
    moved, quiet = Journey.objects.get(pk=known[0]), known[1]
    for journey in known[:2]:
        refresh(journey, T0)
    world.enrolled(moved, world.person(phone="13800000000"), at=T0 + DAY)
    world.tick(T0 + DAY)
    asked = [*known, uuid4()]
    with CaptureQueriesContext(connection) as made:
        found = freshness_of(asked)
    assert len(made) == 2
    assert found == {journey: freshness(journey) for journey in asked}
    assert (found[moved.pk].stale, found[quiet].stale, found[known[2]].as_of) == (True, False, None)


def test_many_go_by_the_definitions_of_each(world: World) -> None:
    known = journeys_of(world)
    for journey in known:
        journey.refresh_from_db()
    with CaptureQueriesContext(connection) as made:
        found = definitions_of(known)
    assert len(made) == 3
    assert found == {journey.pk: definition_of(journey) for journey in known}
    of = [found[journey.pk] for journey in known]
    assert [(one.source, one.version, [goal.id for goal in one.goals]) for one in of] == [
        ("version", 1, ["bought"]),
        ("override", None, ["own"]),
        ("version", 1, ["bought"]),
        ("none", None, []),
    ]
    assert [list(one.keys.values()) for one in of] == [[], [], ["order_id"], []]
    assert (of[0].since, of[1].since) == (known[0].versions.get().published_at, T0)
