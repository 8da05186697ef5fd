from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from journeys.runtime.runs_of_person import runs_of
from profiles.models import Profile, Segment, SegmentMember
from profiles.timeline import Position
from tests.fixtures.graphs import graph, wait
from tests.fixtures.world import DAY, HOUR, T0, World
from workspaces.choices import Scope
from workspaces.models import ApiKey, Workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return World()


@pytest.fixture
def reader(world: World) -> APIClient:
    row = ApiKey(workspace=world.workspace, name="test", scopes=[Scope.READ])
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {row.set_key()}")
    row.save()
    return client


def test_one_call_gives_everything(world: World, reader: APIClient) -> None:
    person = world.person(phone="13800138000", tags=["vip"], city="上海")
    world.consent(person)
    journey = world.journey(graph({"rest": wait("P1D")}, ["start -> rest"]))
    world.happen(person, "order_paid", T0, amount=7)
    world.enrolled(journey, person, at=T0 + HOUR)
    world.tick(T0 + HOUR)
    world.tick(T0 + HOUR + DAY)
    segment = Segment.objects.create(workspace=world.workspace, name="上海的人", rule={})
    SegmentMember.objects.create(workspace_id=world.workspace.id, segment_id=segment.id, profile_id=person, since=T0)
    found = reader.get(f"/api/v1/profiles/{person}/overview/").json()
    assert [one["type"] for one in found["identities"]] == ["member_id", "phone"]
    assert (found["attributes"], found["tags"]) == ({"city": "上海"}, {"vip": True})
    assert [one["name"] for one in found["segments"]] == ["上海的人"]
    assert [(one["channel"], one["status"]) for one in found["consents"]] == [("sms", "granted")]
    entries = [(one["kind"], one["name"], one["data"].get("state")) for one in found["timeline"]["results"]]
    assert entries == [("journey", "旅程", "completed"), ("journey", "旅程", None), ("event", "order_paid", None)]


def test_the_timeline_goes_on_where_the_overview_ends(world: World, reader: APIClient) -> None:
    person = world.person()
    journey = world.journey(graph({"rest": wait("P1D")}, ["start -> rest"]))
    for number in range(9):
        world.happen(person, f"e{number}", T0 + (number // 3) * HOUR)
    world.enrolled(journey, person, at=T0 + HOUR)
    page = reader.get(f"/api/v1/profiles/{person}/overview/?page_size=4").json()["timeline"]
    seen = [one["name"] for one in page["results"]]
    while page["next"]:
        page = reader.get(page["next"]).json()
        seen += [one["name"] for one in page["results"]]
    assert len(seen) == 10
    assert set(seen) == {f"e{number}" for number in range(9)} | {"旅程"}


def test_each_of_many_runs_is_paged_once(world: World) -> None:
    person = world.person()
    settings: dict[str, Any] = {"entry": {"reentry": {"mode": "always"}}}
    journey = world.journey(graph({"rest": wait("PT1H")}, ["start -> rest"], **settings))
    for number in range(5):
        world.enrolled(journey, person, at=T0 + number * HOUR)
        world.tick(T0 + number * HOUR)
    world.tick(T0 + DAY)
    before, seen = None, []
    while page := list(runs_of(world.workspace, person, before, 3)):
        seen += [(one.id, one.at) for one in page]
        before = Position(page[-1].at, page[-1].id)
    assert len(seen) == len(set(seen)) == 10
    assert seen == sorted(seen, key=lambda one: (one[1], one[0]), reverse=True)


def test_a_stranger_is_not_found(reader: APIClient, other_workspace: Workspace) -> None:
    stranger = Profile.objects.create(workspace=other_workspace)
    assert reader.get(f"/api/v1/profiles/{stranger.id}/overview/").status_code == 404


def test_an_event_of_every_month_is_in_the_timeline_in_order(world: World, reader: APIClient) -> None:
    person = world.person()
    now = datetime.now(UTC)
    times = [now - timedelta(days=days) for days in (0, 20, 45, 400, 9000)] + [
        now + timedelta(days=days) for days in (20, 4000)
    ]
    for number, at in enumerate(times):
        world.happen(person, f"e{number}", at, received=now)
    page = reader.get(f"/api/v1/profiles/{person}/timeline/").json()
    assert [one["name"] for one in page["results"]] == ["e6", "e5", "e0", "e1", "e2", "e3", "e4"]
