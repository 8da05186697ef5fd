from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from profiles.hooks import StoredEvent, events_stored
from profiles.incoming import IncomingEvent
from profiles.ingestion import Ingested, ingest
from profiles.models import Event, Profile, RejectedEvent
from workspaces.models import Workspace

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def event(name: object = "order_paid", event_id: object = None, **fields: Any) -> IncomingEvent:
    identities = fields.pop("identities", [("member_id", "m1")])
    return IncomingEvent({"name": str(name)}, name, identities, event_id=event_id, **fields)


@pytest.fixture
def heard() -> Iterator[list[StoredEvent]]:
    events: list[StoredEvent] = []

    def listener(workspace: Workspace, stored: list[StoredEvent]) -> None:
        events.extend(stored)

    events_stored.connect(listener)
    yield events
    events_stored.disconnect(listener)


def test_an_event_is_stored_with_its_person_and_told(workspace: Workspace, heard: list[StoredEvent]) -> None:
    ingest(workspace, [event(event_id="e1", properties={"amount": 99.5, "名": "值"})], NOW)
    stored = Event.objects.get()
    assert stored.properties == {"amount": 99.5, "名": "值"}
    assert stored.profile == Profile.objects.get()
    assert [(one.id, one.event_id, one.profile_id) for one in heard] == [(stored.id, "e1", stored.profile_id)]


def test_a_bad_item_is_kept_and_the_good_ones_are_stored(workspace: Workspace) -> None:
    result = ingest(workspace, [event(), event(name=""), event()], NOW)
    assert (result.accepted, result.duplicates) == (2, 0)
    assert [(one.index, one.code) for one in result.rejected] == [(1, "invalid_name")]
    assert RejectedEvent.objects.get().code == "invalid_name"


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (event(name=None), "invalid_name"),
        (event(name=7), "invalid_name"),
        (event(name="x" * 201), "invalid_name"),
        (event(event_id=""), "invalid_event_id"),
        (event(event_id=7), "invalid_event_id"),
        (event(event_id="x" * 256), "invalid_event_id"),
        (event(occurred_at="2026-03-02"), "invalid_instant"),
        (event(occurred_at="2026-03-02T02:00:00"), "invalid_instant"),
        (event(occurred_at="2026-02-30T02:00:00Z"), "invalid_instant"),
        (event(occurred_at="0001-01-01T00:00:00+14:00"), "invalid_instant"),
        (event(occurred_at=1772416800), "invalid_instant"),
        (event(properties=[]), "invalid_properties"),
        (event(properties={"text": "x" * 33_000}), "properties_too_large"),
        (event(properties={"deep": [[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]}), "too_deep"),
        (event(identities=[]), "identities_required"),
        (event(identities=[("phone", "abc")]), "invalid_phone"),
        (event(identities=[("device", str(number)) for number in range(21)]), "too_many_identities"),
    ],
)
def test_what_is_wrong_is_said(workspace: Workspace, bad: IncomingEvent, code: str) -> None:
    result = ingest(workspace, [bad], NOW)
    assert [one.code for one in result.rejected] == [code]
    assert not Event.objects.exists()


def test_the_same_event_twice_has_one_effect(workspace: Workspace, heard: list[StoredEvent]) -> None:
    first = ingest(workspace, [event(event_id="e1"), event(event_id="e1"), event(event_id="e2")], NOW)
    second = ingest(workspace, [event(event_id="e1"), event(event_id="e3")], NOW)
    assert (first.accepted, first.duplicates) == (2, 1)
    assert (second.accepted, second.duplicates) == (1, 1)
    assert [one.event_id for one in heard] == ["e1", "e2", "e3"]


def test_an_event_of_the_future_is_matched_as_of_its_receipt(workspace: Workspace, heard: list[StoredEvent]) -> None:
    ingest(workspace, [event(occurred_at="2027-03-02T10:00:00+08:00")], NOW)
    assert Event.objects.get().occurred_at == NOW + timedelta(days=365)
    assert heard[0].stimulus_at == NOW


def test_an_event_without_time_happened_when_it_came(workspace: Workspace) -> None:
    ingest(workspace, [event()], NOW)
    assert Event.objects.get().occurred_at == NOW


def test_nothing_is_stored_if_a_listener_fails(workspace: Workspace) -> None:
    def listener(workspace: Workspace, stored: list[StoredEvent]) -> None:
        raise ConnectionError

    events_stored.connect(listener)
    try:
        with pytest.raises(ConnectionError):
            ingest(workspace, [event(), event(name=None)], NOW)
    finally:
        events_stored.disconnect(listener)
    assert not Event.objects.exists()
    assert not RejectedEvent.objects.exists()


def test_traits_are_set_in_the_order_in_which_they_occurred(workspace: Workspace) -> None:
    later = event(event_id="e1", traits={"city": "杭州"}, occurred_at="2026-03-02T01:00:00Z")
    earlier = event(event_id="e2", traits={"city": "上海", "address.zip": "1"}, occurred_at="2026-03-01T01:00:00Z")
    ingest(workspace, [later, earlier], NOW)
    assert Profile.objects.get().attributes == {"city": "杭州", "address": {"zip": "1"}}
    ingest(workspace, [event(event_id="e2", traits={"city": "北京"})], NOW)
    assert Profile.objects.get().attributes["city"] == "杭州"


@pytest.mark.django_db(transaction=True)
def test_overlapping_batches_at_once_store_each_event_once() -> None:
    workspace = Workspace.objects.create(slug="shop", name="Shop")
    items = [event(event_id=f"e{number}", identities=[("member_id", f"m{number % 30}")]) for number in range(90)]

    def send(worker: int) -> Ingested:
        try:
            return ingest(workspace, items[worker:] + items[:worker] if worker % 2 else items[::-1], NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(send, range(16)))
    assert sum(result.accepted for result in results) == Event.objects.count() == 90
    assert Profile.objects.count() == 30
