from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from profiles.models import Consent, Event, Profile
from workspaces.models import Workspace

PHONE = {"phone": "13800138000"}


def create(client: APIClient, **body: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/profiles/", {"identities": PHONE, **body})
    assert answer.status_code in {200, 201}, answer.content
    return answer.json()  # type: ignore[no-any-return]


def test_a_person_is_created_and_then_changed(client: APIClient) -> None:
    consent = {"channel": "sms", "purpose": "marketing", "status": "granted", "source": "form"}
    first = client.post(
        "/api/v1/profiles/", {"identities": PHONE, "attributes": {"city": "上海"}, "consents": [consent]}
    )
    assert first.status_code == 201
    person = first.json()
    assert person["identities"] == {"phone": "+8613800138000"}
    assert person["consents"][0] | consent == person["consents"][0]
    second = client.post("/api/v1/profiles/", {"identities": PHONE, "attributes": {"city": None}, "tags": ["vip"]})
    assert second.status_code == 200
    assert (second.json()["attributes"], second.json()["tags"]) == ({}, {"vip": True})
    assert client.get(f"/api/v1/profiles/{person['id']}/").json() == second.json()


def test_only_the_consent_that_holds_is_shown(client: APIClient) -> None:
    create(client, consents=[{"channel": "sms", "purpose": "marketing", "status": "granted"}])
    person = create(client, consents=[{"channel": "sms", "purpose": "marketing", "status": "withdrawn"}])
    assert [consent["status"] for consent in person["consents"]] == ["withdrawn"]


@pytest.mark.parametrize("term", ["13800138000", "+8613800", "138 0013 8000"])
def test_a_person_is_found_by_a_phone_as_people_write_it(client: APIClient, term: str) -> None:
    person = create(client)
    create(client, identities={"phone": "13900139000"})
    found = client.get("/api/v1/profiles/", {"search": term}).json()["results"]
    assert [one["id"] for one in found] == [person["id"]]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ([], "invalid"),
        ({}, "required"),
        ({"identities": []}, "identities_required"),
        ({"identities": {}}, "identities_required"),
        ({"identities": {"phone": "x"}}, "invalid_phone"),
        ({"identities": {"p" * 65: "x"}}, "invalid_identity_type"),
        ({"identities": PHONE, "attribute": {}}, "unknown_field"),
        ({"identities": PHONE, "attributes": []}, "invalid_attributes"),
        ({"identities": PHONE, "attributes": {"a..b": 1}}, "invalid_key"),
        ({"identities": PHONE, "attributes": {"a": "x" * 70_000}}, "attributes_too_large"),
        ({"identities": PHONE, "tags": "vip"}, "invalid_tags"),
        ({"identities": PHONE, "consents": [{"channel": "sms"}]}, "required"),
        (
            {"identities": PHONE, "consents": [{"channel": "sms", "purpose": "x", "status": "granted"}]},
            "invalid_choice",
        ),
        (
            {
                "identities": PHONE,
                "consents": [{"channel": "sms", "purpose": "service", "status": "granted", "at": "yesterday"}],
            },
            "invalid_instant",
        ),
    ],
)
def test_what_is_wrong_is_refused_with_a_code_and_nothing_is_stored(client: APIClient, body: object, code: str) -> None:
    answer = client.post("/api/v1/profiles/", body)
    assert answer.status_code == 400, answer.content
    assert code in [error["code"] for error in answer.json()["errors"]]
    assert not Profile.objects.exists()
    assert not Consent.objects.exists()


def test_another_workspace_sees_nothing(client: APIClient, other_workspace: Workspace) -> None:
    stranger = Profile.objects.create(workspace=other_workspace)
    assert client.get(f"/api/v1/profiles/{stranger.id}/").status_code == 404
    assert client.get(f"/api/v1/profiles/{stranger.id}/timeline/").status_code == 404
    assert client.get("/api/v1/profiles/").json()["results"] == []
    assert client.get("/api/v1/profiles/", {"search": str(stranger.id)}).json()["results"] == []


def test_the_timeline_pages_through_all_events_newest_first(client: APIClient, workspace: Workspace) -> None:
    person = create(client)
    now = datetime(2026, 3, 2, tzinfo=UTC)
    for number in range(7):
        Event.objects.create(
            workspace=workspace,
            profile_id=person["id"],
            event_id=str(number),
            name=f"e{number}",
            occurred_at=now + timedelta(hours=number // 2),
            received_at=now,
        )
    names: list[str] = []
    url = f"/api/v1/profiles/{person['id']}/timeline/?page_size=3"
    while url:
        page = client.get(url).json()
        names += [entry["name"] for entry in page["results"]]
        url = page["next"]
    assert names == ["e6", "e5", "e4", "e3", "e2", "e1", "e0"]


@pytest.mark.parametrize("query", ["cursor=x", "cursor=%ff", "page_size=0", "page_size=x", "page_size=201"])
def test_a_wrong_page_is_refused(client: APIClient, query: str) -> None:
    person = create(client)
    assert client.get(f"/api/v1/profiles/{person['id']}/timeline/?{query}").status_code == 400


def test_pages_follow_each_other(client: APIClient) -> None:
    ids = [create(client, identities={"member_id": f"m{number}"})["id"] for number in range(5)]
    first = client.get("/api/v1/profiles/?page_size=3").json()
    second = client.get(first["next"]).json()
    assert [one["id"] for one in first["results"] + second["results"]] == ids[::-1]
    assert second["next"] is None
