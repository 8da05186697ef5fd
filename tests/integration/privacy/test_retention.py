"""Nothing is kept longer than the workspace's rules say, what the law asks to keep stays, and a report says what went."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from channels_app.models import Message
from profiles.merging.aliases import current_id
from profiles.merging.by_hand import merge_by_hand
from profiles.merging.explain import merges_of
from profiles.merging.undo import undo
from profiles.models import Consent, Event, MergedRows, ProfileMerge, RejectedEvent
from tests.fixtures.world import DAY, World
from tests.integration.channels_app.simulated import make_account, make_messages, make_template
from workspaces import audit, retention
from workspaces.errors import DomainError
from workspaces.models import AuditAction, AuditEntry, RetentionRun
from workspaces.privacy import change_rules

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime.now(UTC)


@pytest.fixture
def world(db: None) -> World:
    return World()


def rule(world: World, **days: int | None) -> None:
    with transaction.atomic():
        change_rules(world.workspace.pk, {"retention": days}, NOW)


def test_what_is_older_than_its_rule_goes_and_what_is_younger_stays(world: World) -> None:
    person = world.person()
    for number in range(5):
        world.happen(person, "visit", NOW, event_id=f"e{number}")
    rule(world, events=30)
    assert retention.enforce(world.workspace.pk, NOW + 29 * DAY).removed["events"] == 0
    assert Event.objects.count() == 5
    run = retention.enforce(world.workspace.pk, NOW + 31 * DAY, at_once=2)
    assert (run.removed["events"], run.finished_at is not None) == (5, True)
    assert Event.objects.count() == 0


def test_without_a_rule_the_default_holds_and_null_keeps_for_ever(world: World) -> None:
    RejectedEvent.objects.create(workspace=world.workspace, code="x", detail="", payload={})
    rule(world, rejected_events=None)
    retention.enforce(world.workspace.pk, NOW + 91 * DAY)
    assert RejectedEvent.objects.count() == 1
    rule(world, rejected_events=90)
    retention.enforce(world.workspace.pk, NOW + 92 * DAY)
    assert RejectedEvent.objects.count() == 0


def test_bodies_of_messages_go_and_their_count_stays(world: World) -> None:
    account = make_account("http://127.0.0.1:9", workspace=world.workspace)
    template = make_template(account)
    make_messages(account, template, 3, state="delivered")
    make_messages(account, template, 1)
    rule(world, message_bodies=7)
    run = retention.enforce(world.workspace.pk, NOW + 8 * DAY, at_once=2)
    assert run.removed["message_bodies"] == 3
    assert Message.objects.count() == 4
    assert list(Message.objects.filter(state="delivered").values_list("address", "params").distinct()) == [("", {})]
    assert Message.objects.get(state="queued").address != ""


def test_proof_of_consent_is_never_removed(world: World) -> None:
    world.consent(world.person())
    retention.enforce(world.workspace.pk, NOW + 10_000 * DAY)
    assert Consent.objects.count() == 1


def test_another_workspaces_rows_are_its_own(world: World) -> None:
    other = World()
    other.happen(other.person(), "visit", NOW)
    rule(world, events=30)
    retention.enforce(world.workspace.pk, NOW + 60 * DAY)
    assert Event.objects.count() == 1


def test_it_is_due_once_a_day_and_a_run_that_was_left_is_taken_up(world: World) -> None:
    assert world.workspace in retention.due(NOW)
    assert retention.advance(world.workspace.pk, NOW)
    assert world.workspace not in retention.due(NOW)
    assert world.workspace in retention.due(NOW + timedelta(minutes=1))
    retention.enforce(world.workspace.pk, NOW)
    assert world.workspace not in retention.due(NOW + timedelta(minutes=1))
    assert world.workspace in retention.due(NOW + DAY)


def test_the_report_is_kept_and_written_down(world: World) -> None:
    RejectedEvent.objects.create(workspace=world.workspace, code="x", detail="", payload={})
    retention.enforce(world.workspace.pk, NOW + 91 * DAY)
    run = RetentionRun.objects.get()
    assert run.removed["rejected_events"] == 1
    assert AuditEntry.objects.get(action="retention").data["removed"]["rejected_events"] == 1


def test_the_audit_log_cannot_be_changed_and_goes_after_three_years(world: World) -> None:
    audit.record(world.workspace.pk, AuditAction.VIEWED, NOW, by="x")
    for statement in ("update workspaces_auditentry set actor = 'y'", "delete from workspaces_auditentry"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    retention.enforce(world.workspace.pk, NOW + 1094 * DAY)
    assert AuditEntry.objects.filter(action="viewed").count() == 1
    retention.enforce(world.workspace.pk, NOW + 1096 * DAY)
    assert AuditEntry.objects.filter(action="viewed").count() == 0


def test_what_people_were_before_a_merge_is_forgotten_and_the_merge_is_not(world: World) -> None:
    one, other = world.person(phone="+8613800138000", name="甲"), world.person(email="a@example.com", name="乙")
    merge = merge_by_hand(world.workspace, one, other, NOW, None, "same", force=True)
    third = world.person(email="b@example.com")
    undone = merge_by_hand(world.workspace, merge.survivor_id, third, NOW, None, "", force=True)
    undo(world.workspace, undone.pk, NOW, None)
    rule(world, merges=30)
    assert retention.enforce(world.workspace.pk, NOW + 29 * DAY).removed["merges"] == 0
    later = NOW + 31 * DAY
    assert retention.enforce(world.workspace.pk, later, at_once=1).removed["merges"] == 2
    assert retention.enforce(world.workspace.pk, later + DAY).removed["merges"] == 0
    assert not MergedRows.objects.exists()
    kept = ProfileMerge.objects.get(pk=merge.pk)
    assert (kept.survivor_before, kept.merged_before, kept.after) == ({}, {}, {})
    assert merge in merges_of(world.workspace.pk, merge.survivor_id)
    assert current_id(world.workspace.pk, merge.merged_id) == merge.survivor_id
    with pytest.raises(DomainError) as refusal:
        undo(world.workspace, merge.pk, later, None)
    assert refusal.value.code == "merge_forgotten"
