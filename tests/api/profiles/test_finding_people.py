"""Finding people: by name, by segment, by tag; and what was learned of one, change by change."""

from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from profiles.models import PersonName, Profile, Segment, SegmentMember
from tests.fixtures.world import T0
from workspaces.models import Workspace
from workspaces.models.base import new_id

pytestmark = pytest.mark.django_db


def made(client: APIClient, member: str, **body: Any) -> str:
    answer = client.post("/api/v1/profiles/", {"identities": {"member_id": member}, **body})
    assert answer.status_code in {200, 201}, answer.content
    return str(answer.json()["id"])


def found(client: APIClient, **query: Any) -> set[str]:
    answer = client.get("/api/v1/profiles/", query)
    assert answer.status_code == 200, answer.content
    return {one["id"] for one in answer.json()["results"]}


def test_a_name_is_found_by_its_beginning(client: APIClient) -> None:
    person = made(client, "m1", attributes={"name": "王小明"})
    made(client, "m2", attributes={"name": "小明"})
    assert found(client, search="王小") == {person}
    assert found(client, search="王%") == set()


def test_a_name_that_changes_is_found_by_the_new_one(client: APIClient) -> None:
    person = made(client, "m1", attributes={"name": "王小明"})
    made(client, "m1", attributes={"name": "王大明"})
    assert (found(client, search="王小"), found(client, search="王大")) == (set(), {person})
    made(client, "m1", attributes={"name": None})
    assert found(client, search="王大") == set()


def test_the_name_goes_with_the_person(client: APIClient) -> None:
    person = made(client, "m1", attributes={"name": "王小明"})
    Profile.objects.filter(id=person).delete()
    assert not PersonName.objects.exists()


def test_a_value_and_a_name_are_searched_together(client: APIClient) -> None:
    by_name, by_value = made(client, "m1", attributes={"name": "m2 也是名字"}), made(client, "m2")
    assert found(client, search="m2") == {by_name, by_value}


def test_people_are_narrowed_by_segment_and_tag(client: APIClient, workspace: Workspace) -> None:
    both, tagged, member = made(client, "m1", tags=["vip"]), made(client, "m2", tags=["vip"]), made(client, "m3")
    segment = Segment.objects.create(workspace=workspace, name="人群", rule={})
    for one in (both, member):
        SegmentMember.objects.create(workspace_id=workspace.id, segment_id=segment.id, profile_id=one, since=T0)
    assert found(client, tag="vip") == {both, tagged}
    assert found(client, segment=segment.pk) == {both, member}
    assert found(client, tag="vip", segment=segment.pk) == {both}
    assert found(client, tag="nobody") == set()


def test_changes_are_told_newest_first_and_of_one_attribute(client: APIClient) -> None:
    person = made(client, "m1", attributes={"city": "上海"})
    made(client, "m1", attributes={"level": "gold"})
    made(client, "m1", attributes={"city": "杭州"})
    rows = client.get(f"/api/v1/profiles/{person}/changes/", {"key": "city"}).json()["results"]
    assert [row["attributes"] for row in rows] == [{"city": "杭州"}, {"city": "上海"}]
    assert len(client.get(f"/api/v1/profiles/{person}/changes/").json()["results"]) == 3


def test_somebody_is_changed_by_their_id(client: APIClient) -> None:
    person = made(client, "m1", attributes={"city": "上海", "level": "gold"}, tags=["vip"])
    answer = client.patch(
        f"/api/v1/profiles/{person}/", {"attributes": {"city": "杭州"}, "tags": {"vip": None, "new": 3}}
    )
    assert answer.status_code == 200, answer.content
    assert (answer.json()["attributes"], answer.json()["tags"]) == ({"city": "杭州", "level": "gold"}, {"new": 3})
    open_tags = client.get("/api/v1/tag-assignments/", {"profile": person}).json()["results"]
    assert [(one["key"], one["source"]) for one in open_tags] == [("new", "direct")]
    refused = client.patch(f"/api/v1/profiles/{person}/", {"identities": {"phone": "13800138000"}})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, "unknown_field")
    assert client.patch(f"/api/v1/profiles/{new_id()}/", {}).status_code == 404


def test_a_timeline_can_be_of_one_kind(client: APIClient) -> None:
    person = made(client, "m1")
    client.post("/api/v1/events/", {"events": [{"name": "paid", "identities": {"member_id": "m1"}}]})
    other = made(client, "m2")
    merged = client.post(f"/api/v1/profiles/{person}/merge/", {"profile": other, "force": True})
    assert merged.status_code == 201, merged.content
    here = merged.json()["survivor_id"]
    rows = client.get(f"/api/v1/profiles/{here}/timeline/", {"kind": "merge"}).json()["results"]
    assert [(row["kind"], row["data"]["merge"]) for row in rows] == [("merge", merged.json()["id"])]
    rows = client.get(f"/api/v1/profiles/{here}/timeline/", {"kind": "event"}).json()["results"]
    assert [row["name"] for row in rows] == ["paid"]
    answer = client.get(f"/api/v1/profiles/{here}/timeline/", {"kind": "gossip"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "unknown_kind")


def test_a_search_enters_indexes_however_many_people_there_are(client: APIClient, workspace: Workspace) -> None:
    Profile.objects.bulk_create(
        Profile(id=new_id(), workspace=workspace, attributes={"name": f"客户{number}"}) for number in range(5000)
    )
    with connection.cursor() as cursor:
        cursor.execute("analyze profiles_profile, profiles_personname, profiles_identity")
        statement = "explain select 1 from profiles_personname where workspace_id = %s and name like %s"
        cursor.execute(statement, [workspace.id, "客户12%"])
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "name_search" in plan
