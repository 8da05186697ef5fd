"""The funnel, the flows and the people behind a number, over HTTP."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from journeys.models import Enrollment, Journey
from tests.fixtures.graphs import GOAL, ab, graph, leave, send, wait
from tests.fixtures.world import World
from workspaces.choices import Scope
from workspaces.models import Workspace

NODES = {"test": ab(a=100), "sms": send(), "rest": wait("P1D"), "end": leave()}
EDGES = ["start -> test", "test.a -> sms", "sms -> rest", "rest -> end"]


@pytest.fixture
def world(workspace: Workspace) -> World:
    world = World()
    world.workspace = workspace
    world.workspace.lanes = 1
    world.workspace.save()
    world.lane = world.lane._replace(workspace=workspace.id)
    return world


@pytest.fixture
def journey(world: World) -> Journey:
    """Three people at the wait, each with a message; one of them has bought."""
    now = timezone.now()
    world.sms()
    journey = world.journey(graph(NODES, EDGES, goals=[GOAL]), now)
    people = [world.person(phone=f"1380013800{n}", city="上海" if n else "杭州") for n in range(3)]
    world.enrolled(journey, *people, at=now)
    world.tick(now)
    world.happen(people[0], "order_paid", now + timedelta(milliseconds=1), amount=80)
    return journey


def url(journey: Journey, part: str) -> str:
    return f"/api/v1/journeys/{journey.pk}/review/{part}/"


def shown(client: APIClient, journey: Journey, part: str, **query: Any) -> Any:
    answer = client.get(url(journey, part), query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def stages(answer: Any) -> dict[str, tuple[int, int]]:
    return {one["key"]: (one["people"], one["times"]) for one in answer["stages"]}


def test_a_small_journeys_page_is_fresh_when_it_is_opened(client: APIClient, journey: Journey) -> None:
    answer = shown(client, journey, "funnel", by="variant")
    assert (answer["stale"], answer["state"], answer["progress"], answer["notes"]) == (False, "ready", 1.0, [])
    assert stages(answer)["entered"] == (3, 3)
    assert stages(answer)["asked"] == (3, 3)
    assert stages(answer)["sent"] == (0, 0)
    assert stages(answer)["converted"] == (1, 1)
    nodes = {node["node"]: node for node in answer["nodes"]}
    assert (nodes["rest"]["waiting"], nodes["rest"]["stay"]) == (3, None)
    assert nodes["test"]["left"] == {"a": {"people": 3, "times": 3}}
    assert nodes["test"]["stay"] == {"p50_s": 0, "p90_s": 0}
    assert nodes["rest"]["converted"] == {"people": 1, "value": [{"currency": "CNY", "value": "80.0000"}]}
    (row,) = answer["rows"]
    assert (row["key"], row["value"]) == ("test:a", [{"currency": "CNY", "value": "80.0000"}])


def test_flows_are_the_links_that_people_went(client: APIClient, journey: Journey) -> None:
    answer = shown(client, journey, "paths")
    links = {(link["source"], link["outcome"], link["target"]): link["people"] for link in answer["links"]}
    assert links == {("start", "next", "test"): 3, ("test", "a", "sms"): 3, ("sms", "next", "rest"): 3}


def test_filters_narrow_the_runs_and_say_what_they_go_by(client: APIClient, journey: Journey) -> None:
    answer = shown(client, journey, "funnel", attribute="city:上海", channel="sms", version=1, variant="test:a")
    assert stages(answer)["entered"] == (2, 2)
    assert {note["code"] for note in answer["notes"]} == {"people_as_they_are_now", "stays_of_all"}
    assert stages(shown(client, journey, "funnel", variant="test:b"))["entered"] == (0, 0)
    assert stages(shown(client, journey, "funnel", channel="email"))["entered"] == (0, 0)
    assert stages(shown(client, journey, "funnel", until="2020-01-01"))["entered"] == (0, 0)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"version": 9}, "unknown_version"),
        ({"segment": UUID(int=1)}, "unknown_segment"),
        ({"variant": "test"}, "not_a_pair"),
        ({"since": "2026-02-02", "until": "2026-02-01"}, "invalid"),
        ({"sinse": "2026-02-02"}, "unknown_field"),
        ({"by": "hour"}, "invalid_choice"),
    ],
)
def test_what_cannot_be_asked_is_refused(client: APIClient, journey: Journey, query: Any, code: str) -> None:
    answer = client.get(url(journey, "funnel"), query)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, code)


@pytest.mark.parametrize(
    ("query", "people"),
    [
        ({"what": "entered"}, 3),
        ({"what": "waiting", "node": "rest"}, 3),
        ({"what": "left", "node": "test", "outcome": "a"}, 3),
        ({"what": "left", "node": "rest"}, 0),
        ({"what": "asked", "node": "sms"}, 3),
        ({"what": "sent"}, 0),
        ({"what": "converted", "node": "rest"}, 1),
        ({"what": "entered", "attribute": "city:上海"}, 2),
    ],
)
def test_each_number_opens_its_people(client: APIClient, journey: Journey, query: Any, people: int) -> None:
    shown(client, journey, "funnel")
    rows = shown(client, journey, "people", **query)["results"]
    known = set(Enrollment.objects.filter(journey=journey).values_list("pk", flat=True))
    assert len(rows) == people
    assert {UUID(row["id"]) for row in rows} <= known


def test_a_number_of_a_node_needs_the_node(client: APIClient, journey: Journey) -> None:
    answer = client.get(url(journey, "people"), {"what": "waiting"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "node_required")


def test_a_refresh_is_asked_for_and_not_waited_for(client: APIClient, journey: Journey) -> None:
    answer = client.post(url(journey, "refresh"))
    assert (answer.status_code, answer.json()["state"]) == (202, "waiting")


def test_another_workspace_has_no_such_review(journey: Journey, other_workspace: Workspace, make_key: Any) -> None:
    stranger = APIClient()
    stranger.credentials(HTTP_AUTHORIZATION=f"Bearer {make_key(*Scope, of=other_workspace)}")
    for part in ("funnel", "paths", "people"):
        assert stranger.get(url(journey, part), {"what": "entered"} if part == "people" else {}).status_code == 404
    assert stranger.post(url(journey, "refresh")).status_code == 404
