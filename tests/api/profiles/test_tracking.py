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


@pytest.mark.parametrize(
    "wrong_by", [timedelta(days=365), timedelta(days=-365), timedelta(hours=8), timedelta(minutes=-2)]
)
def test_a_clock_that_is_wrong_is_set_right(post: Any, wrong_by: timedelta) -> None:
    now = timezone.now()
    message = {
        "messageId": "1",
        "userId": "u",
        "event": "e",
        "timestamp": (now + wrong_by - timedelta(hours=1)).isoformat(),
    }
    post("track", {**message, "sentAt": (now + wrong_by).isoformat()})
    assert abs(Event.objects.get().occurred_at - (now - timedelta(hours=1))) < timedelta(seconds=30)


def test_a_whole_batch_is_set_right_by_when_it_was_sent(post: Any) -> None:
    now = timezone.now()
    wrong = now - timedelta(days=365)
    times = [wrong - timedelta(hours=hours) for hours in (2, 1)]
    batch = [
        {"type": "track", "messageId": str(at), "userId": "u", "event": "e", "timestamp": at.isoformat()}
        for at in times
    ]
    post("batch", {"batch": batch, "sentAt": wrong.isoformat()})
    first, second = Event.objects.order_by("occurred_at").values_list("occurred_at", flat=True)
    assert second - first == timedelta(hours=1)
    assert abs(second - (now - timedelta(hours=1))) < timedelta(seconds=30)


@pytest.mark.parametrize(
    "sent_at", [None, "", "yesterday", 7, "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00"]
)
def test_history_without_a_time_of_sending_stays_where_it_is(post: Any, sent_at: object) -> None:
    message = {"messageId": "1", "userId": "u", "event": "e", "timestamp": "2024-01-01T00:00:00Z", "sentAt": sent_at}
    assert post("track", message).status_code == 200
    assert Event.objects.get().occurred_at == datetime(2024, 1, 1, tzinfo=UTC)


def test_the_time_that_a_message_takes_to_travel_changes_no_time(post: Any) -> None:
    at = timezone.now() - timedelta(seconds=40)
    message = {"messageId": "1", "userId": "u", "event": "e", "timestamp": at.isoformat(), "sentAt": at.isoformat()}
    post("track", message)
    assert Event.objects.get().occurred_at == at


def test_pages_screens_and_groups_say_what_they_are(post: Any) -> None:
    user = {"userId": "u"}
    batch = [
        {"type": "page", **user, "name": "首页", "category": "商城", "properties": {"url": "/"}},
        {"type": "screen", **user, "name": "购物车"},
        {"type": "group", **user, "groupId": "g1", "traits": {"name": "门店"}},
    ]
    assert post("batch", {"batch": batch}).status_code == 200
    assert list(Event.objects.order_by("id").values_list("name", "properties")) == [
        ("page", {"url": "/", "name": "首页", "category": "商城"}),
        ("screen", {"name": "购物车"}),
        ("group", {"group_id": "g1", "traits": {"name": "门店"}}),
    ]
    # What is said of a group is not said of the person.
    assert Profile.objects.get().attributes == {}


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
