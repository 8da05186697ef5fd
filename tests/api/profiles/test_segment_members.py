"""What the API tells and takes about the members of segments: lists, history, overlap, freshness."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from profiles import segments
from profiles.rule_sql import Sql, everybody
from profiles.segment_turns import work
from tests.api.profiles.test_segments import VIP, code, inside, made, person
from workspaces.models import Workspace

URL = "/api/v1/segments/"


def settle(workspace: Workspace) -> None:
    while work(workspace, timezone.now()).more:
        pass


def make_list(client: APIClient) -> str:
    answer = client.post(URL, {"name": "名单", "kind": "list"})
    assert answer.status_code == 201, answer.content
    return str(answer.json()["id"])


def listed(client: APIClient, segment: str, **change: Any) -> dict[str, Any]:
    answer = client.post(f"{URL}{segment}/list/", change)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def ids(answer: Any) -> set[str]:
    assert answer.status_code == 200, answer.content
    return {one["id"] for one in answer.json()["results"]}


def test_people_are_put_into_a_list_and_taken_out_by_id_and_by_identity(client: APIClient) -> None:
    first, second = person(client, "a"), person(client, "b")
    segment = make_list(client)
    added = listed(client, segment, add=[{"id": first}, {"identities": {"member_id": "b"}}, {"id": str(uuid4())}])
    assert added == {"added": 2, "removed": 0, "unknown": [2]}
    assert ids(client.get(f"{URL}{segment}/members/")) == {first, second}
    assert client.get(f"{URL}{segment}/").json()["freshness"]["size"] == 2
    again = listed(client, segment, add=[{"id": first}], remove=[{"identities": {"member_id": "b"}}])
    assert again == {"added": 0, "removed": 1, "unknown": []}
    assert ids(client.get(f"{URL}{segment}/members/")) == {first}


def test_a_segment_that_names_a_list_follows_it(client: APIClient, workspace: Workspace) -> None:
    first, second = person(client, "a", tags=["vip"]), person(client, "b", tags=["vip"])
    names = make_list(client)
    outer = made(client, {"op": "and", "args": [VIP, {"op": "not", "arg": inside(names)}]})
    settle(workspace)
    listed(client, names, add=[{"id": second}])
    assert client.get(f"{URL}{outer}/").json()["freshness"]["backlog"] == 1
    settle(workspace)
    assert ids(client.get(f"{URL}{outer}/members/")) == {first}
    freshness = client.get(f"{URL}{outer}/").json()["freshness"]
    assert (freshness["phase"], freshness["size"], freshness["backlog"]) == ("ready", 1, 0)


def test_a_list_has_no_rule_and_a_rule_has_no_list(client: APIClient) -> None:
    segment, ruled = make_list(client), made(client)
    assert code(client.post(f"{URL}{ruled}/list/", {"add": []})) == (409, "segment_has_rule")
    assert code(client.patch(f"{URL}{segment}/", {"rule": VIP})) == (400, "segment_is_list")
    assert client.post(URL, {"name": "x", "kind": "list", "rule": VIP}).status_code == 400
    assert client.post(URL, {"name": "x"}).status_code == 400


@pytest.mark.parametrize("named", [{}, {"id": "x"}, {"identities": {"phone": "1"}}, {"identities": {}}, {"phone": "1"}])
def test_somebody_who_is_not_named_is_refused(client: APIClient, named: Any) -> None:
    assert client.post(f"{URL}{make_list(client)}/list/", {"add": [named]}).status_code == 400


def test_who_was_in_is_known_as_of_an_instant(client: APIClient, workspace: Workspace) -> None:
    first, second = person(client, "a", tags=["vip"]), person(client, "b")
    segment = made(client)
    before = timezone.now()
    settle(workspace)
    between = timezone.now()
    person(client, "a", tags={"vip": None})
    person(client, "b", tags=["vip"])
    settle(workspace)
    url = f"{URL}{segment}/members/"
    assert ids(client.get(url, {"at": between.isoformat()})) == {first}
    assert ids(client.get(url, {"at": timezone.now().isoformat()})) == {second}
    early = (before - timedelta(days=1)).isoformat()
    assert code(client.get(url, {"at": early})) == (400, "before_history")
    assert code(client.get(url, {"at": "yesterday"})) == (400, "invalid_instant")


def test_segments_are_compared_by_who_is_in_which(client: APIClient, workspace: Workspace) -> None:
    person(client, "a", tags=["vip"])
    person(client, "b", tags=["vip", "new"])
    person(client, "c", tags=["new"])
    person(client, "d")
    vip, new = made(client), made(client, {"op": "tag", "key": "new"})
    asked = {"segments": [vip, new]}
    assert set(client.post(f"{URL}overlap/", asked).json()["computing"]) == {vip, new}
    settle(workspace)
    found = client.post(f"{URL}overlap/", asked).json()
    assert found["computing"] == []
    parts = {tuple(part["segments"]): part["count"] for part in found["parts"]}
    assert parts == {(vip,): 1, (new,): 1, (vip, new): 1}
    assert client.post(f"{URL}overlap/", {"segments": [vip]}).status_code == 400
    assert client.post(f"{URL}overlap/", {"segments": [vip, vip]}).status_code == 400
    assert code(client.post(f"{URL}overlap/", {"segments": [vip, str(uuid4())]})) == (400, "unknown_segment")


@pytest.mark.parametrize(("operation", "expected"), [("union", "abc"), ("intersect", "b"), ("except", "a")])
def test_segments_are_combined(client: APIClient, operation: str, expected: str) -> None:
    tags = {"a": ["vip"], "b": ["vip", "new"], "c": ["new"], "d": []}
    people = {name: person(client, name, tags=given) for name, given in tags.items()}
    body = {"name": "合", "operation": operation, "segments": [made(client), made(client, {"op": "tag", "key": "new"})]}
    combined = client.post(f"{URL}combine/", body)
    assert combined.status_code == 201, combined.content
    members = client.get(f"{URL}{combined.json()['id']}/members/")
    assert ids(members) == {people[name] for name in expected}


@pytest.mark.parametrize("size", [0, 1])
def test_the_few_members_of_a_segment_are_asked_for_as_a_set(
    client: APIClient, workspace: Workspace, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    people = [client.post("/api/v1/profiles/", {"identities": {"member_id": f"m{n}"}}).json()["id"] for n in range(3)]
    expected = people[:size]
    for number in range(size):
        client.post("/api/v1/events/", {"events": [{"name": "paid", "identities": {"member_id": f"m{number}"}}]})
    segment = client.post(URL, {"name": "s", "rule": {"op": "event", "name": "paid"}}).json()["id"]
    asked: list[str] = []

    def counted(workspace: UUID, *given: Any, **more: Any) -> Sql:
        asked.append("everybody")
        return everybody(workspace, *given, **more)

    monkeypatch.setattr(segments, "FEW_OF", 2)
    monkeypatch.setattr(segments, "everybody", counted)
    for times in (0, 1):
        assert [one["id"] for one in client.get(f"{URL}{segment}/members/").json()["results"]] == expected
        assert len(asked) == times, "how many there are is known once it has been computed"
        settle(workspace)
