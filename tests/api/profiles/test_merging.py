import base64
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from rest_framework.test import APIClient

from workspaces.choices import Role, Scope
from workspaces.models import Membership, Workspace

PHONE, MAIL = {"phone": "13800138000"}, {"email": "a@example.com"}


def person(client: APIClient, identities: dict[str, str], **more: Any) -> str:
    answer = client.post("/api/v1/profiles/", {"identities": identities, **more})
    assert answer.status_code in {200, 201}, answer.content
    return str(answer.json()["id"])


@pytest.fixture
def administrator(workspace: Workspace) -> APIClient:
    user = User.objects.create_user("wang", password="secret-of-wang")
    Membership.objects.create(workspace=workspace, user=user, role=Role.ADMIN)
    client = APIClient()
    client.force_login(user)
    return client


def test_two_people_are_merged_explained_and_separated(client: APIClient) -> None:
    one, other = person(client, PHONE, attributes={"city": "上海"}), person(client, MAIL, tags=["vip"])
    answer = client.post(f"/api/v1/profiles/{other}/merge/", {"profile": one, "reason": "来电确认"})
    assert answer.status_code == 201, answer.content
    merge = answer.json()
    assert (merge["survivor_id"], merge["merged_id"], merge["origin"], merge["reason"]) == (
        one,
        other,
        "hand",
        "来电确认",
    )
    (told,) = client.get(f"/api/v1/profiles/{one}/merges/").json()["results"]
    assert told == merge
    undone = client.post(f"/api/v1/merges/{merge['id']}/undo/", {"reason": "看错了"}).json()
    assert undone["undo"]["reason"] == "看错了"
    assert client.get(f"/api/v1/profiles/{other}/").json()["tags"] == {"vip": True}
    again = client.post(f"/api/v1/merges/{merge['id']}/undo/")
    assert (again.status_code, again.json()["errors"][0]["code"]) == (409, "already_undone")


def test_a_former_id_means_the_survivor_wherever_somebody_is_named(client: APIClient) -> None:
    one, other = person(client, PHONE), person(client, MAIL, tags=["vip"])
    consent = {"channel": "sms", "purpose": "marketing", "status": "granted", "source": "店员", "text_version": "v1"}
    client.post(f"/api/v1/profiles/{one}/merge/", {"profile": other})
    rule = {"op": "tag", "key": "vip"}
    found = client.post("/api/v1/segments/evaluate/", {"rule": rule, "profiles": [other, one]}).json()
    assert found["matches"] == [other, one]
    assert client.post("/api/v1/consents/", {"profile": other, **consent}).json()["profile_id"] == one
    assert len(client.get(f"/api/v1/consents/?profile={other}").json()["results"]) == 1
    (assigned,) = client.get(f"/api/v1/tag-assignments/?profile={other}").json()["results"]
    assert (assigned["key"], assigned["profile"]) == ("vip", one)
    listed = client.post("/api/v1/segments/", {"name": "名单", "kind": "list"}).json()["id"]
    answer = client.post(f"/api/v1/segments/{listed}/list/", {"add": [{"id": other}]})
    assert answer.status_code == 200, answer.content
    assert (answer.json()["added"], answer.json()["unknown"]) == (1, [])
    for kind in ("messages", "webhook-calls", "tasks"):
        assert client.get(f"/api/v1/{kind}/?profile={other}").status_code == 200, kind


def test_a_former_id_answers_with_the_survivor(client: APIClient) -> None:
    one, other = person(client, PHONE), person(client, MAIL)
    assert client.get(f"/api/v1/profiles/{other}/").json()["merged_into"] is None
    client.post(f"/api/v1/profiles/{one}/merge/", {"profile": other})
    body = client.get(f"/api/v1/profiles/{other}/").json()
    assert (body["id"], body["merged_into"]) == (one, one)
    assert client.get(f"/api/v1/profiles/{other}/timeline/").status_code == 200
    assert len(client.get(f"/api/v1/profiles/{other}/merges/").json()["results"]) == 1
    assert client.get(f"/api/v1/profiles/{uuid4()}/").status_code == 404


@pytest.mark.parametrize(
    ("which", "code", "status"), [("unknown", "unknown_profile", 400), ("same", "same_profile", 409)]
)
def test_what_cannot_be_merged_is_refused(client: APIClient, which: str, code: str, status: int) -> None:
    one = person(client, PHONE)
    answer = client.post(f"/api/v1/profiles/{one}/merge/", {"profile": one if which == "same" else str(uuid4())})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (status, code)


def test_a_conflict_is_reviewed(client: APIClient) -> None:
    one, other = person(client, {"member_id": "m1"} | PHONE), person(client, {"member_id": "m2"} | MAIL)
    person(client, PHONE | MAIL)
    (conflict,) = client.get("/api/v1/identity-conflicts/").json()["results"]
    assert {conflict["profile_id"], conflict["other_id"]} == {one, other}
    assert (conflict["reason"], conflict["type"]) == ("one_per_person", "email")
    path = f"/api/v1/identity-conflicts/{conflict['id']}"
    assert client.post(f"{path}/merge/").status_code == 409
    assert client.post(f"{path}/merge/", {"force": True, "reason": "x"}).status_code == 201
    assert client.get("/api/v1/identity-conflicts/").json()["results"] == []


def test_a_dismissed_conflict_keeps_two_apart(client: APIClient) -> None:
    person(client, {"member_id": "m1"} | PHONE), person(client, {"member_id": "m2"} | MAIL)
    person(client, PHONE | MAIL)
    (conflict,) = client.get("/api/v1/identity-conflicts/").json()["results"]
    assert client.post(f"/api/v1/identity-conflicts/{conflict['id']}/dismiss/").status_code == 204
    assert client.get("/api/v1/identity-conflicts/").json()["results"] == []


def test_rules_of_types_are_an_administrators_and_recorded(client: APIClient, administrator: APIClient) -> None:
    rules = {rule["type"]: rule for rule in client.get("/api/v1/identity-types/").json()}
    assert (rules["member_id"]["most_identities"], rules["device"]["joins"], rules["phone"]["own"]) == (
        1,
        "anonymous",
        False,
    )
    assert client.patch("/api/v1/identity-types/phone/", {"joins": "nobody"}).status_code == 403
    answer = administrator.patch("/api/v1/identity-types/phone/", {"joins": "nobody"})
    assert (answer.status_code, answer.json()["joins"], answer.json()["own"]) == (200, "nobody", True)
    one, other = person(client, PHONE), person(client, {"jd_pin": "p"})
    assert person(client, PHONE | {"jd_pin": "p"}) == one
    assert client.get(f"/api/v1/profiles/{other}/").json()["merged_into"] is None
    assert administrator.delete("/api/v1/identity-types/phone/").status_code == 204
    changes = client.get("/api/v1/identity-type-changes/").json()["results"]
    assert [(change["type"], change["after"] and change["after"]["joins"]) for change in changes] == [
        ("phone", None),
        ("phone", "nobody"),
    ]
    assert {change["actor"] for change in changes} == {"wang"}


def test_nothing_of_another_workspace_is_merged_or_seen(client: APIClient, other_workspace: Workspace) -> None:
    from profiles.models import Profile

    foreign = Profile.objects.create(workspace=other_workspace)
    one = person(client, PHONE)
    assert client.post(f"/api/v1/profiles/{one}/merge/", {"profile": str(foreign.id)}).status_code == 400
    assert client.get(f"/api/v1/profiles/{foreign.id}/merges/").status_code == 404


def test_identify_takes_in_what_the_visitor_did_before(client: APIClient) -> None:
    seen = {"name": "viewed", "identities": {"anonymous_id": "a1"}}
    client.post("/api/v1/events/", {"events": [seen]})
    known = person(client, {"user_id": "u1"})
    identify = {"name": "identify", "identities": {"user_id": "u1", "anonymous_id": "a1"}}
    client.post("/api/v1/events/", {"events": [identify]})
    names = [entry["name"] for entry in client.get(f"/api/v1/profiles/{known}/timeline/?kind=event").json()["results"]]
    assert sorted(names) == ["identify", "viewed"]


def test_alias_makes_one_of_two_names_of_a_user(client: APIClient, make_key: Callable[..., str]) -> None:
    """The tracking protocol's `alias` names both itself, so it holds although a person has one user id."""
    visitor, known = person(client, {"anonymous_id": "a1"}), person(client, {"user_id": "u1"})
    key = make_key(Scope.TRACK)
    alias = {"type": "alias", "userId": "u1", "previousId": "a1", "messageId": "m1"}
    assert _track(key, alias).status_code == 200
    assert client.get(f"/api/v1/profiles/{visitor}/").json()["id"] == known
    old, new = person(client, {"user_id": "old"}), person(client, {"user_id": "new"})
    assert _track(key, {"type": "alias", "userId": "new", "previousId": "old"}).status_code == 200
    assert client.get(f"/api/v1/profiles/{new}/").json()["id"] == client.get(f"/api/v1/profiles/{old}/").json()["id"]


def _track(key: str, message: dict[str, Any]) -> Any:
    basic = base64.b64encode(f"{key}:".encode()).decode()
    tracker = APIClient()
    tracker.credentials(HTTP_AUTHORIZATION=f"Basic {basic}")
    return tracker.post("/v1/batch", {"batch": [message]}, format="json")
