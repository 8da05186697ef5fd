"""The rights of one person, over HTTP: a copy of everything, and erasure with a certificate."""

import json
from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from profiles.models import Erasure, Profile
from profiles.privacy import erasure
from tests.api.conftest import SignIn
from workspaces.models import AuditEntry

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_archive_has_everything_and_is_written_down(client: APIClient, sign_in: SignIn, person: str) -> None:
    for number in range(3):
        event = {"name": "order_paid", "event_id": f"o{number}", "identities": {"phone": "13800138000"}}
        client.post("/api/v1/events/", {"events": [{**event, "properties": {"amount": number}}]})
    said = {"profile": person, "channel": "sms", "purpose": "marketing", "status": "granted", "proof": {"form": 7}}
    client.post("/api/v1/consents/", said)
    answer: Any = sign_in("owner").post(f"/api/v1/profiles/{person}/export/", {"reason": "本人申请"})
    assert answer["Content-Disposition"].startswith("attachment")
    archive = json.loads(b"".join(answer.streaming_content))
    assert (archive["format"], archive["profile_id"]) == ("zhitu.person/1", person)
    assert archive["profile"][0]["attributes"]["name"] == "王小明"
    assert {one["value"] for one in archive["identities"]} >= {"+8613800138000", "wang.wei@example.com"}
    assert [one["properties"]["amount"] for one in archive["events"]] == [0, 1, 2]
    assert archive["consents"][0]["proof"] == {"form": 7}
    assert {"messages", "receipts", "journeys", "tasks", "conversions", "segments"} <= archive.keys()
    entry = AuditEntry.objects.filter(action="exported").get()
    assert (entry.actor, str(entry.profile_id), entry.reason) == ("a-owner", person, "本人申请")


def test_an_erasure_answers_with_its_certificate(
    client: APIClient, sign_in: SignIn, person: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("profiles.api.privacy.INLINE_SECONDS", 60)
    admin = sign_in("admin")
    answer = admin.post(f"/api/v1/profiles/{person}/erase/", {"reason": "本人申请"})
    assert answer.status_code == 200, answer.content
    certificate = answer.json()
    assert (certificate["state"], certificate["asked_by"], certificate["remaining"]) == ("done", "a-admin", {})
    assert certificate["removed"]["profiles_identity"] == 3
    assert Profile.objects.count() == 0
    assert admin.get(f"/api/v1/profiles/{person}/").status_code == 404
    assert admin.post(f"/api/v1/profiles/{person}/erase/", {"reason": "又一次"}).json()["id"] == certificate["id"]
    assert admin.get("/api/v1/erasures/").json()["results"][0]["id"] == certificate["id"]
    late = {"events": [{"name": "x", "identities": {"phone": "13800138000"}}]}
    assert client.post("/api/v1/events/", late).json()["rejected"][0]["code"] == "person_erased"
    back = client.post("/api/v1/profiles/", {"identities": {"phone": "13800138000"}})
    assert (back.status_code, back.json()["errors"][0]["code"]) == (409, "person_erased")


def test_what_a_request_has_no_time_for_is_left_to_a_worker(
    sign_in: SignIn, person: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("profiles.api.privacy.INLINE_SECONDS", 0)
    answer = sign_in("owner").post(f"/api/v1/profiles/{person}/erase/", {"reason": "本人申请"})
    assert (answer.status_code, answer.json()["state"]) == (202, "running")
    left = Erasure.objects.get()
    later = left.beat_at + timedelta(minutes=1)
    assert erasure.overdue(later) == [left.pk]
    assert erasure.perform(left, later).state == "done"


def test_only_who_administers_erases(sign_in: SignIn, person: str) -> None:
    assert sign_in("operator").post(f"/api/v1/profiles/{person}/erase/", {"reason": "x y"}).status_code == 403
    assert Profile.objects.count() == 1


def test_a_reason_is_asked_for(client: APIClient, person: str) -> None:
    for act in ("erase", "export", "unmask"):
        assert client.post(f"/api/v1/profiles/{person}/{act}/", {}).status_code == 400


def test_suppressions_are_imported_with_reason_and_end(client: APIClient) -> None:
    body = {
        "channel": "sms",
        "addresses": ["138 0013 8000", "+8613800138000", "13900000000", "no number"],
        "reason": "旧系统黑名单",
        "expires_at": "2099-01-01T00:00:00Z",
    }
    answer = client.post("/api/v1/channels/suppressions/import/", body).json()
    assert answer == {"added": 2, "known": 1, "rejected": [{"index": 3, "code": "invalid_address"}]}
    again = client.post("/api/v1/channels/suppressions/import/", body).json()
    assert (again["added"], again["known"]) == (0, 3)
    row = client.get("/api/v1/channels/suppressions/").json()["results"][0]
    assert (row["source"], row["reason"], row["expires_at"][:4]) == ("import", "旧系统黑名单", "2099")
    assert row["added_by"].startswith("key ")
    assert AuditEntry.objects.filter(action="suppressed").count() == 2
