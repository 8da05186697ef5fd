"""The public client libraries of the protocol, unmodified, against a live server: only their host is set."""

from typing import Any

import pytest
from rudderstack.analytics.client import Client as RudderClient
from segment.analytics.client import Client as SegmentClient

from profiles.models import Event, Profile
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
