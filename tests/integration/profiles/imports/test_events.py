"""Events from files: facts about people, once each, and quiet unless they are to be heard."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from profiles import upkeep
from profiles.computed import catalogue
from profiles.hooks import events_stored
from profiles.models import ComputedMark, Event, Identity
from tests.fixtures.imports import csv_file, performed, rejected, uploaded
from workspaces.models import Workspace

HEADER = ["手机号", "支付时间", "订单号", "金额"]
ROWS = [
    ["13800138000", "2026-01-05 10:00", "o1", "99.5"],
    ["13800138001", "2026-01-06 10:00", "o2", "1,200"],
    ["13800138000", "05/06/2026", "o3", "1"],
    ["13800138000", "", "o4", "1"],
]


def mapping(*, with_id: bool = True, live: bool = False) -> dict[str, Any]:
    columns: list[dict[str, Any]] = [
        {"column": 0, "target": "identity", "key": "phone"},
        {"column": 1, "target": "occurred_at"},
        {"column": 3, "target": "property", "key": "amount", "type": "number"},
    ]
    if with_id:
        columns.append({"column": 2, "target": "event_id"})
    return {"columns": columns, "event_name": "order_paid", "timezone": "Asia/Shanghai", "live": live}


def test_rows_become_events_of_their_people(workspace: Workspace) -> None:
    job = uploaded(workspace, csv_file([HEADER, *ROWS]), "events")
    suggestions = [column["suggestion"]["target"] for column in job.columns]
    assert suggestions == ["identity", "occurred_at", "event_id", "property"]
    done = performed(job, mapping())
    assert (done.state, done.created, done.rejected) == ("done", 2, 2)
    assert rejected(done) == [(4, "ambiguous_date", "支付时间"), (5, "occurred_at_required", "")]
    event = Event.objects.get(event_id="o1")
    assert (event.name, event.occurred_at) == ("order_paid", datetime(2026, 1, 5, 2, tzinfo=UTC))
    assert event.properties == {"amount": 99.5}
    assert event.profile_id == Identity.objects.get(value="+8613800138000").profile_id


@pytest.mark.parametrize("with_id", [True, False])
def test_the_same_rows_again_are_the_same_events(workspace: Workspace, with_id: bool) -> None:
    for rows in (ROWS[:1], ROWS[:2], [ROWS[1], ROWS[0], ROWS[0]]):
        performed(uploaded(workspace, csv_file([HEADER, *rows]), "events"), mapping(with_id=with_id), at_once=2)
    assert Event.objects.count() == 2


@pytest.mark.parametrize("live", [True, False])
def test_only_what_is_live_is_told_to_journeys(workspace: Workspace, live: bool) -> None:
    heard: list[Any] = []

    def listen(_workspace: Workspace, events: list[Any]) -> None:
        heard.extend(events)

    events_stored.connect(listen)
    try:
        performed(uploaded(workspace, csv_file([HEADER, *ROWS[:2]]), "events"), mapping(live=live))
    finally:
        events_stored.disconnect(listen)
    assert (len(heard), Event.objects.count()) == (2 if live else 0, 2)


def test_a_dry_run_of_events_counts_and_writes_nothing(workspace: Workspace) -> None:
    performed(uploaded(workspace, csv_file([HEADER, ROWS[0]]), "events"), mapping())
    job = uploaded(workspace, csv_file([HEADER, *ROWS, ROWS[1]]), "events")
    tried = performed(job, mapping(), dry=True, at_once=2)
    assert (tried.created, tried.unchanged, tried.rejected) == (1, 2, 2)
    assert (Event.objects.count(), Identity.objects.count()) == (1, 1)


def test_what_is_computed_of_people_follows_imported_events_within_seconds(workspace: Workspace) -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    definition = {"kind": "sum", "event": "order_paid", "property": "amount"}
    catalogue.create(workspace, "attribute", "spent", "消费", "", definition, now)
    while upkeep.advance(workspace.id, now):
        pass
    performed(uploaded(workspace, csv_file([HEADER, ROWS[0]]), "events"), mapping(), dry=True)
    assert not ComputedMark.objects.exists(), "a dry run leaves nothing"
    performed(uploaded(workspace, csv_file([HEADER, *ROWS[:2], ROWS[0]]), "events"), mapping())
    assert ComputedMark.objects.count() == 2
    while upkeep.advance(workspace.id, now + timedelta(seconds=10)):
        pass
    found = {identity.value: identity.profile.attributes["computed"] for identity in Identity.objects.all()}
    assert found == {"+8613800138000": {"spent": 99.5}, "+8613800138001": {"spent": 1200}}
    performed(uploaded(workspace, csv_file([HEADER, ROWS[0]]), "events"), mapping())
    assert not ComputedMark.objects.exists(), "the same event again changes nothing"
