from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from profiles import upkeep
from workspaces.models import Workspace

URL = "/api/v1/tags/"


def person(client: APIClient, name: str, **fields: Any) -> str:
    answer = client.post("/api/v1/profiles/", {"identities": {"member_id": name}, **fields})
    return str(answer.json()["id"])


def define(client: APIClient, key: str = "level", **fields: Any) -> Any:
    given = {"key": key, "name": "等级", "kind": "manual", "value_type": "text", "allowed_values": ["gold", "silver"]}
    return client.post(URL, {**given, **fields})


def code(answer: Any) -> tuple[int, str, str | None]:
    error = answer.json()["errors"][0]
    return answer.status_code, error["code"], error["attr"]


def test_a_tag_is_defined_given_counted_and_taken(client: APIClient) -> None:
    tag = define(client).json()
    url = f"{URL}{tag['id']}/"
    people = [person(client, name) for name in "abc"]
    given = client.post(f"{url}assign/", {"profiles": people, "value": "gold", "expires_at": "2100-01-01T00:00:00Z"})
    assert given.json() == {"changed": 3, "refused": [], "job": None}
    client.post(f"{url}assign/", {"profiles": people[:1], "value": "silver"})
    assert client.get(f"/api/v1/profiles/{people[0]}/").json()["tags"] == {"level": "silver"}
    assert client.get(url).json()["people"] == 3
    values = client.get(f"{url}values/").json()["values"]
    assert values == [{"value": "gold", "people": 2}, {"value": "silver", "people": 1}]
    (shown,) = client.get(f"/api/v1/tag-assignments/?profile={people[1]}").json()["results"]
    assert (shown["key"], shown["value"], shown["source"]) == ("level", "gold", "manual")
    assert shown["by"].startswith("key ")
    assert shown["expires_at"].startswith("2100-01-01T00:00:00")
    history = client.get(f"/api/v1/tag-assignments/?profile={people[0]}&history=true").json()["results"]
    assert [one["ended_because"] for one in history] == ["", "replaced"]
    assert client.post(f"{url}unassign/", {"profiles": people[:2]}).json()["changed"] == 2
    assert client.get(url).json()["people"] == 1


def test_a_segment_is_given_a_tag_by_a_job(client: APIClient, workspace: Workspace) -> None:
    people = [person(client, name, attributes={"city": "上海"}) for name in "abc"]
    rule = {"op": "attribute", "key": "city", "value": "上海"}
    segment = client.post("/api/v1/segments/", {"name": "上海", "rule": rule}).json()["id"]
    url = f"{URL}{define(client).json()['id']}/"
    answer = client.post(f"{url}assign/", {"segment": segment, "value": "gold"})
    assert answer.status_code == 202
    job = f"/api/v1/tag-jobs/{answer.json()['job']['id']}/"
    assert client.get(job).json()["state"] == "queued"
    while upkeep.advance(workspace.id, timezone.now()):
        pass
    done = client.get(job).json()
    assert (done["state"], done["done"], done["changed"]) == ("done", 3, 3)
    assert client.get(f"/api/v1/profiles/{people[0]}/").json()["tags"] == {"level": "gold"}
    assert client.post(f"{url}unassign/", {"everybody": True}).status_code == 202
    assert client.delete(url).status_code == 202
    while upkeep.advance(workspace.id, timezone.now()):
        pass
    assert client.get(url).status_code == 404
    assert client.get(f"/api/v1/profiles/{people[0]}/").json()["tags"] == {}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"allowed_values": [1]}, (400, "invalid_tag_value", "allowed_values")),
        ({"value_type": "none"}, (400, "invalid_tag_value", "allowed_values")),
        ({"kind": "rule"}, (400, "invalid_tag_value", "value")),
        ({"kind": "rule", "value": "gold"}, (400, "rule_required", "rule")),
        ({"rule": {"op": "and", "args": []}}, (400, "no_rule", "rule")),
        ({"expires_after": "soon"}, (400, "invalid_duration", "expires_after")),
        ({"value": "gold"}, (400, "no_value", "value")),
        ({"key": " "}, (400, "blank", "key")),
        ({"kind": "rule", "value": "gold", "rule": {"op": "tag", "key": "level"}}, (400, "tag_cycle", "rule")),
        ({"kind": "rule", "value": "gold", "rule": {"op": "fly"}}, (400, "invalid_rule", "rule")),
    ],
)
def test_a_definition_that_makes_no_sense_is_refused(client: APIClient, fields: Any, expected: Any) -> None:
    assert code(define(client, **fields)) == expected
    assert client.get(URL).json()["results"] == []


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"value": "bronze", "profiles": []}, "invalid_tag_value"),
        ({"profiles": []}, "invalid_tag_value"),
        ({"value": "gold"}, "one_target"),
        ({"value": "gold", "profiles": [], "segment": str(uuid4())}, "one_target"),
        ({"value": "gold", "segment": str(uuid4())}, "unknown_segment"),
        ({"value": "gold", "profiles": [], "expires_at": "2020-01-01T00:00:00Z"}, "already_over"),
    ],
)
def test_a_giving_that_makes_no_sense_is_refused(client: APIClient, given: Any, expected: str) -> None:
    url = f"{URL}{define(client).json()['id']}/assign/"
    assert code(client.post(url, given))[:2] == (400, expected)


def test_what_a_rule_gives_is_not_given_by_hand(client: APIClient) -> None:
    rule = {"op": "attribute", "key": "city", "cmp": "exists"}
    tag = define(client, kind="rule", value="gold", rule=rule).json()
    assert tag["rule"] == rule
    assert code(client.post(f"{URL}{tag['id']}/assign/", {"profiles": [], "value": "gold"}))[:2] == (
        409,
        "given_otherwise",
    )


def test_a_definition_is_there_once(client: APIClient) -> None:
    define(client)
    assert code(define(client))[:2] == (409, "key_taken")


def test_tags_that_nobody_defined_are_named(client: APIClient) -> None:
    person(client, "a", tags=["x", "level"])
    define(client)
    assert client.get(f"{URL}undefined/").json() == {"tags": [{"key": "x", "people": 1}]}
