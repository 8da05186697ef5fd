"""The public client libraries of the protocol, unmodified, against a live server: only their host is set."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rudderstack.analytics.client import Client as RudderClient
from segment.analytics.client import Client as SegmentClient

from profiles.models import Event, Profile, RejectedEvent
from tests.api.conftest import MakeKey
from workspaces.choices import Scope

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("library", [SegmentClient, RudderClient])
@pytest.mark.parametrize("gzip", [False, True])
def test_every_call_of_the_library_arrives(library: Any, gzip: bool, live_server: Any, make_key: MakeKey) -> None:
    errors: list[object] = []
    client = library(
        make_key(Scope.TRACK),
        host=live_server.url,
        gzip=gzip,
        max_retries=0,
        on_error=lambda error, items: errors.append(error),
    )
    client.identify("u1", {"city": "上海"})
    client.track("u1", "order_paid", {"amount": 99.5})
    client.page("u1", "Shop", "Home", {"url": "/"})
    client.screen("u1", "Shop", "Cart")
    client.group("u1", "g1", {"name": "Shop"})
    client.alias("a1", "u1")
    client.track(anonymous_id="a1", event="viewed")
    client.shutdown()
    assert errors == []
    names = list(Event.objects.order_by("id").values_list("name", flat=True))
    assert names == ["identify", "order_paid", "page", "screen", "group", "alias", "viewed"]
    person = Profile.objects.get()
    assert person.attributes == {"city": "上海"}
    assert set(person.identities.values_list("type", "value")) >= {("user_id", "u1"), ("anonymous_id", "a1")}


@pytest.mark.parametrize("library", [SegmentClient, RudderClient])
def test_hundreds_of_calls_arrive_in_batches_and_a_bad_one_stops_nobody(
    library: Any, live_server: Any, make_key: MakeKey
) -> None:
    errors: list[object] = []
    client = library(
        make_key(Scope.TRACK),
        host=live_server.url,
        gzip=True,
        upload_size=100,
        max_retries=0,
        on_error=lambda error, items: errors.append(error),
    )
    past = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)
    for number in range(250):
        client.track(f"u{number % 20}", "viewed", {"number": number}, timestamp=past + timedelta(seconds=number))
    client.track("u" * 300, "viewed")
    client.track("u1", "x" * 201)
    client.identify("u1", {"address": {"city": "杭州"}, "vip": True})
    client.shutdown()
    assert errors == []
    seen = Event.objects.filter(name="viewed").order_by("occurred_at")
    assert [event.properties["number"] for event in seen] == list(range(250))
    # The libraries say when they send: the clocks agree, so history stays where it is.
    assert abs(seen[0].occurred_at - past) < timedelta(seconds=1)
    assert set(RejectedEvent.objects.values_list("code", flat=True)) == {"invalid_identity", "invalid_name"}
    assert Profile.objects.get(identities__value="u1").attributes == {"address": {"city": "杭州"}, "vip": True}


@pytest.mark.parametrize("library", [SegmentClient, RudderClient])
def test_a_message_that_is_sent_again_is_one_event(library: Any, live_server: Any, make_key: MakeKey) -> None:
    client = library(make_key(Scope.TRACK), host=live_server.url, sync_mode=True, max_retries=0)
    for _ in range(2):
        client.track("u1", "order_paid", {"amount": 1}, message_id="m1")
    assert Event.objects.get().event_id == "m1"
