from datetime import UTC, date, datetime, timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from profiles import partitions
from profiles.event_log import key_of
from profiles.housekeeping import keep_house
from profiles.incoming import IncomingEvent
from profiles.ingestion import ingest
from profiles.models import Event, EventKey
from workspaces import retention
from workspaces.models import Workspace
from workspaces.privacy import change_rules

NOW = datetime(2031, 11, 30, 23, 59, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def event(at: datetime, event_id: str | None = None) -> IncomingEvent:
    return IncomingEvent(
        {}, "order_paid", [("member_id", "m1")], event_id=event_id or uuid4().hex, occurred_at=at.isoformat()
    )


def table_of(event_id: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("select tableoid::regclass::text from profiles_event where event_id = %s", [event_id])
        (found,) = cursor.fetchone()
    return str(found)


def test_this_month_and_the_next_three_are_there_from_the_first_migration() -> None:
    assert set(partitions.coming(timezone.now())) <= set(partitions.months())
    call_command("partitions", "--check", stdout=StringIO())


def test_the_house_is_kept_ahead_over_the_end_of_a_year(workspace: Workspace) -> None:
    keep_house(NOW)
    wanted = [date(2031, 11, 1), date(2031, 12, 1), date(2032, 1, 1), date(2032, 2, 1)]
    assert set(wanted) <= set(partitions.months())
    assert partitions.make_ahead(NOW) == []
    ingest(workspace, [event(datetime(2032, 1, 1, tzinfo=UTC), "e1")], NOW)
    ingest(workspace, [event(datetime(2031, 12, 31, 23, 59, 59, 999999, tzinfo=UTC), "e2")], NOW)
    assert (table_of("e1"), table_of("e2")) == ("profiles_event_2032_01", "profiles_event_2031_12")


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(at=st.datetimes(datetime(1990, 1, 1), datetime(2100, 12, 31), timezones=st.just(UTC)))
def test_an_event_of_any_instant_lands(workspace: Workspace, at: datetime) -> None:
    sent = event(at)
    assert ingest(workspace, [sent], timezone.now()).accepted == 1
    assert Event.objects.get(event_id=sent.event_id).occurred_at == at


def test_an_id_is_one_event_whatever_month_is_said(workspace: Workspace) -> None:
    assert ingest(workspace, [event(NOW, "e1")], NOW).accepted == 1
    again = ingest(workspace, [event(NOW - timedelta(days=100), "e1"), event(NOW, "e2")], NOW)
    assert (again.accepted, again.duplicates) == (1, 1)
    other = Workspace.objects.create(slug="other", name="Other")
    assert ingest(other, [event(NOW, "e1")], NOW).accepted == 1


def test_a_month_takes_its_events_out_of_the_default_partition(workspace: Workspace) -> None:
    ingest(workspace, [event(datetime(1999, 5, 31, 12, tzinfo=UTC), "e1"), event(NOW, "e2")], NOW)
    assert table_of("e1") == "profiles_event_default"
    assert partitions.in_default()[date(1999, 5, 1)] == 1
    assert partitions.make(date(1999, 5, 1))
    assert not partitions.make(date(1999, 5, 1))
    assert table_of("e1") == "profiles_event_1999_05"
    assert table_of("e2") == "profiles_event_default"
    assert ingest(workspace, [event(NOW, "e1")], NOW).duplicates == 1


def test_a_crowd_in_the_default_partition_gets_a_month(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partitions, "MANY", 3)
    monkeypatch.setattr(partitions, "_SMALL_BYTES", 1)
    ingest(workspace, [event(datetime(2001, 2, day, tzinfo=UTC)) for day in (1, 2, 28)], NOW)
    ingest(workspace, [event(datetime(2001, 3, 1, tzinfo=UTC))], NOW)
    made = partitions.make_ahead(NOW)
    assert date(2001, 2, 1) in made
    assert date(2001, 3, 1) not in made


def test_what_nobody_keeps_is_dropped_and_the_rest_of_the_month_deleted(workspace: Workspace) -> None:
    with transaction.atomic():
        change_rules(workspace.pk, {"retention": {"events": 30}}, NOW)
    for month in (date(2031, 9, 1), date(2031, 10, 1)):
        partitions.make(month)
    times = {"old": 80, "older_than_all": 9000, "edge": 31, "kept": 29}
    ingest(workspace, [event(NOW - timedelta(days=days), name) for name, days in times.items()], NOW)
    dropped = partitions.let_go(NOW)
    assert date(2031, 9, 1) in dropped
    assert max(partitions.months()) == max(partitions.months().keys() - set(dropped)) == date(2031, 10, 1)
    assert retention.enforce(workspace.pk, NOW, at_once=1).removed["events"] == 2
    assert set(Event.objects.values_list("event_id", flat=True)) == {"kept"}
    assert not EventKey.objects.filter(key=key_of("old")).exists()


def test_a_month_that_one_workspace_keeps_is_not_dropped(workspace: Workspace) -> None:
    other_workspace = Workspace.objects.create(slug="other", name="Other")
    with transaction.atomic():
        change_rules(workspace.pk, {"retention": {"events": 30}}, NOW)
    partitions.make(date(2031, 9, 1))
    for of in (workspace, other_workspace):
        ingest(of, [event(NOW - timedelta(days=80), "old")], NOW)
    assert partitions.let_go(NOW) == []
    retention.enforce(workspace.pk, NOW)
    assert [one.workspace_id for one in Event.objects.all()] == [other_workspace.pk]


def test_nothing_is_let_go_by_default(workspace: Workspace) -> None:
    ingest(workspace, [event(datetime(1995, 1, 1, tzinfo=UTC))], NOW)
    assert partitions.let_go(NOW) == []
    assert "events" not in retention.enforce(workspace.pk, NOW).done
    assert Event.objects.count() == 1


def test_the_command_makes_months_of_the_past_and_says_what_is_where(workspace: Workspace) -> None:
    ingest(workspace, [event(datetime(1995, 1, 1, tzinfo=UTC))], NOW)
    said = StringIO()
    today = timezone.now()
    call_command("partitions", "--since", f"{today.year - 1}-{today.month:02}", stdout=said)
    assert f"made {today.year - 1}-{today.month:02}" in said.getvalue()
    assert "1995-01: 1 events in the default partition" in said.getvalue()
    with pytest.raises(CommandError, match="no partition for"):
        call_command("partitions", "--check", "--ahead", "40")


def test_a_rule_with_a_window_reads_only_its_months(workspace: Workspace) -> None:
    partitions.make_ahead(NOW)
    with connection.cursor() as cursor:
        cursor.execute(
            "explain select 1 from profiles_event e where e.profile_id = %s and e.name = 'x'"
            " and e.occurred_at > %s and e.occurred_at <= %s",
            [uuid4(), NOW - timedelta(days=7), NOW],
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "profiles_event_2031_11" in plan
    assert "default" not in plan
    assert "2031_12" not in plan
