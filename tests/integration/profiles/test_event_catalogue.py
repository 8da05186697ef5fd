from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from profiles.event_catalogue import fold, leaves, type_of
from profiles.incoming import IncomingEvent
from profiles.ingestion import ingest
from profiles.models import EventDefinition, EventProperty, EventTally, EventVolume
from workspaces.models import Workspace

# Late in the evening of the first in UTC; the second in Shanghai.
NOW = datetime(2026, 3, 1, 17, 0, tzinfo=UTC)


def event(name: str, event_id: str, at: str | None = None, **properties: Any) -> IncomingEvent:
    return IncomingEvent({}, name, [("member_id", "m1")], event_id=event_id, occurred_at=at, properties=properties)


def counts(workspace: Workspace) -> dict[tuple[str, date], int]:
    rows = EventVolume.objects.filter(workspace_id=workspace.id)
    return {(name, day): count for name, day, count in rows.values_list("name", "day", "count")}


def test_volumes_are_exact_and_by_the_day_of_the_workspace(workspace: Workspace) -> None:
    ingest(workspace, [event("a", "1"), event("a", "2", "2026-03-01T15:59:59Z"), event("b", "3")], NOW)
    ingest(workspace, [event("a", "1"), event("a", "4")], NOW)
    fold()
    assert counts(workspace) == {
        ("a", date(2026, 3, 2)): 2,
        ("a", date(2026, 3, 1)): 1,
        ("b", date(2026, 3, 2)): 1,
    }
    row = EventDefinition.objects.get(name="a")
    assert (row.total, row.first_seen_at, row.last_seen_at) == (3, NOW, NOW)
    assert fold() == 0
    assert not EventTally.objects.exists()


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/Los_Angeles"])
@pytest.mark.parametrize("at", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"])
def test_the_ends_of_the_calendar_are_days_too(workspace: Workspace, zone: str, at: str) -> None:
    Workspace.objects.update(timezone=zone)
    workspace.refresh_from_db()
    ingest(workspace, [event("a", "1", at)], NOW)
    assert fold() == 1
    assert EventVolume.objects.get().count == 1


def test_properties_are_learned_with_types_and_examples(workspace: Workspace) -> None:
    properties: dict[str, Any] = {
        "amount": 99.5,
        "ship": {"city": "上海", "phone": "13800138000"},
        "items": [{"sku": 1}],
        "when": "2026-03-01T00:00:00Z",
        "gift": False,
        "note": "打给 13900139000 或 li@example.com",
        "none": None,
    }
    ingest(workspace, [event("order_paid", "1", **properties)], NOW)
    ingest(workspace, [event("order_paid", "2", amount="many")], NOW)
    fold()
    found = {row.path: row for row in EventProperty.objects.all()}
    assert {path: row.types for path, row in found.items()} == {
        "amount": {"number": 1, "text": 1},
        "ship.city": {"text": 1},
        "ship.phone": {"text": 1},
        "items": {"list": 1},
        "when": {"instant": 1},
        "gift": {"boolean": 1},
        "note": {"text": 1},
        "none": {"null": 1},
    }
    assert found["amount"].examples == [99.5, "many"]
    assert found["ship.phone"].examples == ["138****8000"]
    assert found["note"].examples == ["打给 139****9000 或 l****@example.com"]


def test_what_an_operator_wrote_outlasts_what_is_learned(workspace: Workspace) -> None:
    ingest(workspace, [event("a", "1", x=1)], NOW)
    fold()
    EventDefinition.objects.update(description="说明", is_hidden=True)
    EventProperty.objects.update(expected_type="number")
    ingest(workspace, [event("a", "2", x="text")], NOW)
    fold()
    row = EventDefinition.objects.get()
    assert (row.description, row.is_hidden, row.total) == ("说明", True, 2)
    assert EventProperty.objects.get().expected_type == "number"


def test_a_name_of_very_many_properties_is_bounded(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("profiles.event_catalogue.MOST_PROPERTIES", 10)
    ingest(workspace, [event("a", "1", **dict[str, Any]({f"p{number}": 1 for number in range(50)}))], NOW)
    fold()
    assert EventProperty.objects.count() == 10


@pytest.mark.django_db(transaction=True)
def test_folding_at_once_loses_and_doubles_nothing() -> None:
    workspace = Workspace.objects.create(slug="shop", name="Shop")
    expected: Counter[str] = Counter()
    for batch in range(30):
        items = [event(f"n{number % 7}", f"{batch}-{number}", x=number) for number in range(batch % 5 + 3)]
        expected.update(str(item.name) for item in items)
        ingest(workspace, items, NOW)

    def work(_: int) -> None:
        try:
            while fold(7):
                pass
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert {name: count for (name, _), count in counts(workspace).items()} == dict(expected)
    assert {row.name: row.total for row in EventDefinition.objects.all()} == dict(expected)


PROPERTIES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.dictionaries(st.text(max_size=3), inner),
    max_leaves=20,
)


@given(st.dictionaries(st.text(max_size=3), PROPERTIES))
def test_every_leaf_has_a_path_and_a_type(value: dict[str, Any]) -> None:
    for path, leaf in leaves(value):
        assert not isinstance(leaf, dict) or leaf == {}
        assert type_of(leaf)
        assert isinstance(path, str)
