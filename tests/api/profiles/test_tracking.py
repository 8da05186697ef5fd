import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from profiles.models import Event, Identity, IdentityConflict, Profile, RejectedEvent
from tests.api.conftest import MakeKey
from workspaces.choices import Scope


@pytest.fixture
def post(make_key: MakeKey) -> Any:
    authorization = "Basic " + b64encode(f"{make_key(Scope.TRACK)}:".encode()).decode()

    def post(call: str, body: object, key: str = authorization) -> Any:
        headers = {"authorization": key}
        return Client().post(f"/v1/{call}", json.dumps(body), content_type="application/json", headers=headers)

    return post


def test_a_track_call_is_an_event(post: Any) -> None:
    message = {
        "messageId": "m1",
        "userId": "u1",
        "anonymousId": "a1",
        "event": "order_paid",
        "properties": {"amount": 99},
        "timestamp": "2026-03-02T10:00:00.123+08:00",
        "context": {"externalIds": [{"type": "phone", "id": "13800138000", "collection": "users", "encoding": "none"}]},
        "integrations": {"All": True},
        "something_new": 1,
    }
    answer = post("track", message)
    assert (answer.status_code, answer.json()) == (200, {"success": True})
    assert post("track", message).json() == {"success": True}
    event = Event.objects.get()
    assert (event.event_id, event.name, event.properties) == ("m1", "order_paid", {"amount": 99})
    assert event.occurred_at == datetime(2026, 3, 2, 2, 0, 0, 123_000, tzinfo=UTC)
    identities = set(Identity.objects.values_list("type", "value"))
    assert identities == {("user_id", "u1"), ("anonymous_id", "a1"), ("phone", "+8613800138000")}


def test_identify_sets_traits_once_for_each_message(post: Any) -> None:
    post("identify", {"messageId": "m1", "userId": "u1", "traits": {"city": "上海", "address": {"zip": "1"}}})
    post("identify", {"messageId": "m2", "userId": "u1", "context": {"traits": {"city": "杭州"}}})
    post("identify", {"messageId": "m1", "userId": "u1", "traits": {"city": "上海"}})
    assert Profile.objects.get().attributes == {"city": "杭州", "address": {"zip": "1"}}


def test_an_alias_joins_the_anonymous_history_to_the_user(post: Any) -> None:
    post("track", {"anonymousId": "a1", "event": "viewed"})
    post("alias", {"previousId": "a1", "userId": "u1"})
    post("track", {"userId": "u1", "event": "bought"})
    assert Profile.objects.count() == 1
    assert sorted(Event.objects.values_list("name", flat=True)) == ["alias", "bought", "viewed"]
    assert not IdentityConflict.objects.exists()


def test_page_screen_and_group_are_events_named_after_the_call(post: Any) -> None:
    post("page", {"userId": "u1", "name": "Home", "category": "Shop", "properties": {"url": "/"}})
    post("screen", {"userId": "u1", "name": "Cart"})
    post("group", {"userId": "u1", "groupId": "g1", "traits": {"name": "Shop"}})
    assert dict(Event.objects.values_list("name", "properties")) == {
        "page": {"name": "Home", "category": "Shop", "url": "/"},
        "screen": {"name": "Cart"},
        "group": {"group_id": "g1", "traits": {"name": "Shop"}},
    }


def test_a_bad_message_of_a_batch_is_kept_and_the_good_ones_are_stored(post: Any) -> None:
    good = {"type": "track", "userId": "u1", "event": "e"}
    bad = [{"type": "track", "event": "e"}, {"type": "fly", "userId": "u1"}, 7, {**good, "context": []}]
    bad += [
        {**good, "userId": {"$gt": ""}},
        {**good, "context": {"externalIds": [1]}},
        {"type": "alias", "userId": "u"},
    ]
    answer = post("batch", {"batch": [good, *bad, good], "sentAt": "2026-03-02T02:00:00Z"})
    assert (answer.status_code, answer.json()) == (200, {"success": True})
    assert Event.objects.count() == 2
    assert set(RejectedEvent.objects.values_list("code", flat=True)) == {
        "identities_required",
        "unknown_type",
        "not_an_object",
        "invalid_context",
        "invalid_identity",
        "invalid_external_ids",
        "required",
    }


def test_a_clock_that_is_ahead_is_set_right_and_a_replay_is_not(post: Any) -> None:
    year = timedelta(days=365)
    now = timezone.now()
    ahead = {"messageId": "1", "userId": "u", "event": "e", "timestamp": (now + year - timedelta(hours=1)).isoformat()}
    post("track", {**ahead, "sentAt": (now + year).isoformat()})
    assert abs(Event.objects.get().occurred_at - (now - timedelta(hours=1))) < timedelta(seconds=30)
    post("track", {**ahead, "messageId": "2", "timestamp": "2024-01-01T00:00:00Z", "sentAt": "2024-01-01T00:00:05Z"})
    assert Event.objects.get(event_id="2").occurred_at == datetime(2024, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("body", [[], {}, {"batch": {}}, None, "x", {"batch": [{}] * 2501}])
def test_what_is_no_batch_is_refused(post: Any, body: object) -> None:
    answer = post("batch", body)
    assert answer.status_code == 400
    assert not RejectedEvent.objects.exists()


@pytest.mark.parametrize("body", [[], {}, None, {"userId": "u1"}, {"event": "e"}, {"userId": "u1", "event": 7}])
def test_a_single_bad_message_is_refused_and_kept(post: Any, body: object) -> None:
    answer = post("track", body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"]
    assert RejectedEvent.objects.count() == 1


def test_a_batch_over_500_kb_is_refused(post: Any) -> None:
    message = {"type": "track", "userId": "u1", "event": "e", "properties": {"text": "x" * 30_000}}
    assert post("batch", {"batch": [message] * 18}).status_code == 413


def test_a_key_is_asked_for(post: Any, make_key: MakeKey) -> None:
    expired = make_key(Scope.TRACK, expires_at=timezone.now())
    for credentials in ("", "Basic !", "Basic " + b64encode(b"nobody:").decode(), f"Bearer {make_key(Scope.TRACK)}"):
        assert post("track", {"userId": "u1", "event": "e"}, credentials).status_code == 401
    answer = post("track", {"userId": "u1", "event": "e"}, "Basic " + b64encode(f"{expired}:".encode()).decode())
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (401, "expired_key")
    assert not Event.objects.exists()
