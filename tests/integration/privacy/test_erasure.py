"""Somebody is erased: not a trace of them is in any table, everything that is counted is as it was, and they stay away."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from channels_app import suppressions
from channels_app.models import CallTry, CreditEntry, Message, Receipt
from journeys.models import Conversion, Enrollment, EnrollmentEvent, Journey, JourneyComment, StaffTask
from journeys.projections.rebuild import differences
from journeys.runtime import replay
from profiles.identity_values import IdentityKey
from profiles.incoming import IncomingEvent
from profiles.ingestion import ingest
from profiles.models import Consent, Erasure, Event, Identity, Profile
from profiles.person_changes import PersonChange
from profiles.privacy import erasure
from profiles.privacy.tombstones import PersonErased
from profiles.upsert import upsert
from tests.fixtures.graphs import graph, wait_for
from tests.fixtures.world import DAY, HOUR, MINUTE, T0, World
from tests.integration.privacy.somebody import MAIL, NAME, PHONE, Somebody, traces
from workspaces.models import AuditEntry

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(db: None) -> World:
    return World()


@pytest.fixture
def somebody(world: World) -> Somebody:
    somebody = Somebody(world)
    somebody.live()
    return somebody


def erase(somebody: Somebody, at: Any = T0 + HOUR, at_once: int = 2000) -> Erasure:
    asked = erasure.ask(somebody.world.workspace, somebody.id, f"来电 {PHONE}", None, "小李", at)
    return erasure.perform(asked, at, at_once)


def test_the_person_can_be_read_in_many_tables_before(somebody: Somebody) -> None:
    assert len(traces()) >= 14, traces()


@pytest.mark.parametrize("at_once", [1, 2000])
def test_not_a_trace_is_left_in_any_table(somebody: Somebody, at_once: int) -> None:
    done = erase(somebody, at_once=at_once)
    assert (done.state, done.error, done.remaining) == ("done", "", {})
    assert traces() == set()


def test_what_is_counted_is_as_it_was(somebody: Somebody) -> None:
    models = (Message, Event, Conversion, Enrollment, CallTry, CreditEntry, Receipt, Consent, JourneyComment, StaffTask)
    before = {model.__name__: model.objects.count() for model in models}
    states = sorted(Message.objects.values_list("state", "cost"))
    log, counters = EnrollmentEvent.objects.count(), differences()
    erase(somebody)
    assert {model.__name__: model.objects.count() for model in models} == before
    assert sorted(Message.objects.values_list("state", "cost")) == states
    assert EnrollmentEvent.objects.count() == log + 1
    assert Conversion.objects.get().value == 9
    # The fixture's message was sent past the log, which a rebuild sees; the erasure adds nothing to that.
    assert differences() == counters
    assert replay.differences() == []


def test_running_journeys_end_and_the_stream_says_why(somebody: Somebody) -> None:
    erase(somebody)
    assert somebody.run.state == "exited"
    assert somebody.run.last("exited").data["reason"] == "erased"
    assert somebody.world.inbox() == 0


def test_a_queued_message_never_leaves(somebody: Somebody) -> None:
    Message.objects.filter(profile_id=somebody.id).update(state="queued", not_before=T0 + DAY)
    erase(somebody)
    assert Message.objects.values_list("state", "reason", "address").get() == ("blocked", "erased", "")


def test_a_message_under_way_is_waited_for_and_then_given_up(somebody: Somebody) -> None:
    Message.objects.filter(profile_id=somebody.id).update(state="sending", attempted_at=T0 + HOUR)
    waiting = erase(somebody)
    assert (waiting.state, waiting.step) == ("running", "channels")
    assert erasure.overdue(T0 + HOUR + MINUTE) == [waiting.pk]
    assert erasure.perform(waiting, T0 + HOUR + 4 * MINUTE).state == "done"
    assert Message.objects.get().state == "unknown"
    assert traces() == set()


def test_the_proof_of_consent_stays_without_what_identifies(somebody: Somebody) -> None:
    erase(somebody)
    kept = Consent.objects.get()
    assert (kept.channel, kept.status, kept.text_version, kept.at) == ("sms", "granted", "sms-1", T0)
    assert kept.proof == {"ip_hash": "abc"}


def test_the_certificate_says_what_was_removed_where_when_and_by_whom(somebody: Somebody) -> None:
    done = erase(somebody)
    assert done.removed["profiles_profile"] == 1
    assert done.removed["profiles_identity"] == 5
    assert done.removed["channels_app_message"] == 1
    assert done.removed["profiles_event"] == 3
    assert done.redacted["profiles_event"] == 1
    assert done.redacted["profiles_profile"] == 1
    assert {"journeys_enrollmentevent", "channels_app_receipt", "profiles_rejectedevent"} <= set(done.searched)
    assert (done.asked_by_name, done.asked_at, done.identities) == ("小李", T0 + HOUR, 5)
    assert done.finished_at is not None
    actions = list(AuditEntry.objects.order_by("id").values_list("action", "profile_id"))
    assert actions == [(one, somebody.id) for one in ("unmasked", "erase_asked", "erased")]
    # What somebody typed when they unmasked the person, and what was kept beside it.
    typed = AuditEntry.objects.get(action="unmasked")
    assert (typed.reason, typed.data) == ("[erased] 来电", {"asked": "[erased]"})


def test_others_keep_everything_but_the_name(somebody: Somebody) -> None:
    erase(somebody)
    gift = Event.objects.get(name="gift")
    assert gift.properties == {"receiver": {"phone": "[erased]", "names": ["甲"]}, "amount": 5}
    assert JourneyComment.objects.get().text == "[erased] ([erased]) 投诉，勿扰 [erased]"


def test_a_worker_that_dies_at_any_step_leaves_nothing_out(somebody: Somebody) -> None:
    asked = erasure.ask(somebody.world.workspace, somebody.id, "", None, "小李", T0 + HOUR)
    steps = 0
    while erasure.advance(asked.pk, T0 + HOUR, 3):
        steps += 1
        with transaction.atomic():
            # A worker that is killed before its commit.
            erasure.advance(asked.pk, T0 + HOUR, 3)
            transaction.set_rollback(True)
    asked.refresh_from_db()
    assert asked.state == "done"
    assert asked.removed["profiles_profile"] == 1
    assert steps > 20
    assert traces() == set()


def test_asking_again_is_the_same_erasure(somebody: Somebody) -> None:
    first = erase(somebody)
    assert erasure.ask(somebody.world.workspace, somebody.id, "", None, "别人", T0 + DAY) == first


# ---- they stay away ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("identities", [[("phone", "139 1111 2222")], [("device", "d-9"), ("email", MAIL.upper())]])
def test_a_late_event_of_theirs_is_refused_and_leaves_nothing(
    somebody: Somebody, identities: list[tuple[str, str]]
) -> None:
    erase(somebody)
    people = Profile.objects.count()
    late = IncomingEvent({"phone": PHONE}, "order_paid", identities, "late-1", T0.isoformat(), {"to": NAME})
    good = somebody.world.event(somebody.world.person(), "order_paid", T0)
    result = ingest(somebody.world.workspace, [late, good], T0 + DAY)
    assert (result.accepted, [(one.index, one.code) for one in result.rejected]) == (1, [(0, "person_erased")])
    assert Profile.objects.count() == people + 1
    assert Identity.objects.filter(value="d-9").count() == 0
    assert traces() == set()


def test_nothing_is_taken_from_the_moment_of_asking(somebody: Somebody) -> None:
    erasure.ask(somebody.world.workspace, somebody.id, "", None, "小李", T0 + HOUR)
    with pytest.raises(PersonErased):
        upsert(somebody.world.workspace, [IdentityKey("phone", PHONE)], PersonChange({"a": 1}), [], T0 + HOUR)


def test_after_the_grace_they_may_come_back_as_somebody_new(somebody: Somebody) -> None:
    erase(somebody)
    back = upsert(somebody.world.workspace, [IdentityKey("phone", PHONE)], PersonChange(), [], T0 + timedelta(days=31))
    assert back.created
    assert back.profile_id != somebody.id
    assert Event.objects.filter(profile_id=back.profile_id).count() == 0


def test_another_workspace_knows_nothing_of_it(somebody: Somebody) -> None:
    erase(somebody)
    other = World()
    assert upsert(other.workspace, [IdentityKey("phone", PHONE)], PersonChange(), [], T0 + DAY).created


def test_a_refusal_outlives_the_person_without_their_number(somebody: Somebody) -> None:
    workspace = somebody.world.workspace
    suppressions.add(workspace.pk, "sms", PHONE, {"reason": NAME}, T0)
    assert suppressions.suppressed(workspace.pk, "sms", [PHONE]) == {PHONE}
    erase(somebody)
    assert traces() == set()
    assert suppressions.suppressed(workspace.pk, "sms", [PHONE, "+8613900000000"]) == {PHONE}


def test_settings_that_name_the_person_are_reported_and_not_rewritten(somebody: Somebody) -> None:
    Journey.objects.filter(pk=somebody.waiting.pk).update(description=f"测试人 {PHONE}")
    done = erase(somebody)
    assert done.remaining == {"journeys_journey": 1}
    assert PHONE in Journey.objects.get(pk=somebody.waiting.pk).description


def test_an_identity_that_is_a_word_rewrites_nothing(world: World) -> None:
    world.sms()
    journey = world.journey(graph({"w": wait_for("order_paid")}, ["start -> w"]))
    person = world.person(name="x")
    Identity.objects.create(workspace=world.workspace, profile_id=person, type="custom", value="order_paid")
    other = world.person(favourite="order_paid 2026-03-02T02:00:00Z")
    Identity.objects.create(workspace=world.workspace, profile_id=person, type="when", value="2026-03-02T02:00:00Z")
    done = erasure.perform(erasure.ask(world.workspace, person, "", None, "小李", T0), T0)
    assert done.redacted == {}
    assert done.unsearched >= 2
    assert Profile.objects.get(pk=other).attributes == {"favourite": "order_paid 2026-03-02T02:00:00Z"}
    assert journey.versions.get().listens == ["order_paid"]
