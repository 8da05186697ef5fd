from datetime import UTC, datetime, timedelta

import pytest

from profiles import consent
from profiles.attributes import InvalidAttributes, read_patch
from profiles.choices import ConsentStatus
from profiles.consent import ConsentEntry
from profiles.identity_values import read_identities
from profiles.models import Consent, Profile
from profiles.person_changes import PersonChange
from profiles.upsert import upsert
from workspaces.models import Workspace

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
LI = read_identities([("phone", "13800138000")])
NOTHING = PersonChange()


def sms(status: ConsentStatus, at: datetime = NOW) -> ConsentEntry:
    return ConsentEntry("sms", "marketing", status, "api", at)


def test_the_first_call_creates_and_the_second_changes(workspace: Workspace) -> None:
    first = upsert(workspace, LI, PersonChange({"city": "上海", "age": 30}), [], NOW)
    second = upsert(workspace, LI, PersonChange({"age": None}, {"vip": True}), [], NOW)
    assert (first.created, second.created) == (True, False)
    assert first.profile_id == second.profile_id
    person = Profile.objects.get()
    assert (person.attributes, person.tags) == ({"city": "上海"}, {"vip": None})


def test_too_much_about_one_person_changes_nothing(workspace: Workspace) -> None:
    with pytest.raises(InvalidAttributes):
        upsert(workspace, LI, PersonChange(read_patch({"text": "x" * 70_000})), [sms(ConsentStatus.GRANTED)], NOW)
    assert not Profile.objects.exists()
    assert not Consent.objects.exists()


def test_the_newest_consent_holds_and_none_means_absent(workspace: Workspace) -> None:
    person = upsert(workspace, LI, NOTHING, [sms(ConsentStatus.GRANTED)], NOW).profile_id
    late = sms(ConsentStatus.WITHDRAWN, NOW - timedelta(days=1))
    upsert(workspace, LI, NOTHING, [late], NOW)
    key = (person, "sms", "marketing")
    assert consent.current([key, (person, "email", "marketing")]) == {key: ConsentStatus.GRANTED}
    consent.withdraw(workspace, person, "sms", "marketing", source="sms_reply", now=NOW)
    assert consent.current([key]) == {key: ConsentStatus.WITHDRAWN}
    assert Consent.objects.count() == 3


def test_a_consent_of_the_future_does_not_outlast_a_withdrawal(workspace: Workspace) -> None:
    person = upsert(workspace, LI, NOTHING, [sms(ConsentStatus.GRANTED, NOW + timedelta(days=365))], NOW).profile_id
    consent.withdraw(workspace, person, "sms", "marketing", source="api", now=NOW + timedelta(seconds=1))
    key = (person, "sms", "marketing")
    assert consent.current([key]) == {key: ConsentStatus.WITHDRAWN}
