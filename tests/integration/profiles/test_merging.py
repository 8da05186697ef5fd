from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from profiles.choices import ConflictReason
from profiles.identity_values import read_identities
from profiles.incoming import IncomingEvent
from profiles.ingestion import ingest
from profiles.merging.by_hand import merge_by_hand
from profiles.merging.explain import merges_of
from profiles.merging.tables import person_tables
from profiles.merging.undo import undo
from profiles.models import Event, Identity, IdentityConflict, IdentityType, Profile, ProfileAlias, ProfileMerge
from profiles.person_changes import PersonChange
from profiles.upsert import upsert
from tests.fixtures.whole_state import whole_state
from workspaces.errors import DomainError
from workspaces.models import Workspace

T0 = datetime(2026, 3, 2, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
PHONE, MAIL, OPENID = {"phone": "13800138000"}, {"email": "a@example.com"}, {"wechat_openid:wx1": "o1"}


def put(workspace: Workspace, identities: dict[str, str], at: datetime = T0, **attributes: Any) -> UUID:
    return upsert(
        workspace, read_identities(list(identities.items())), PersonChange(attributes=attributes), [], at
    ).profile_id


def happen(workspace: Workspace, name: str, identities: dict[str, str], at: datetime = T0, **more: Any) -> UUID:
    event = IncomingEvent({}, name, list(identities.items()), event_id=name, occurred_at=at.isoformat(), **more)
    result = ingest(workspace, [event], at)
    assert not result.rejected
    return Event.objects.get(event_id=name).profile_id


def test_a_value_seen_on_two_people_makes_them_one(workspace: Workspace) -> None:
    by_phone, by_mail = put(workspace, PHONE, city="上海"), put(workspace, MAIL, level=3)
    happen(workspace, "seen", MAIL)
    assert happen(workspace, "order", PHONE | MAIL) == by_phone
    assert not Profile.objects.filter(id=by_mail).exists()
    assert set(Event.objects.values_list("profile_id", flat=True)) == {by_phone}
    assert set(Identity.objects.values_list("profile_id", flat=True)) == {by_phone}
    assert Profile.objects.get().attributes == {"city": "上海", "level": 3}
    merge = ProfileMerge.objects.get()
    assert (merge.survivor_id, merge.merged_id, merge.rule) == (by_phone, by_mail, "priority")
    assert (merge.type, merge.value, merge.with_type, merge.event_id) == ("email", "a@example.com", "phone", "order")
    assert merge.moved["profiles_event"] == 1


def test_of_two_of_equal_rank_the_older_survives_and_the_later_change_holds(workspace: Workspace) -> None:
    older, newer = put(workspace, MAIL, city="上海", level=1), put(workspace, {"email": "b@example.com"}, city="杭州")
    Profile.objects.filter(id=newer).update(updated_at=timezone.now() + HOUR)
    merge = merge_by_hand(workspace, newer, older, T0, None, "asked on the phone")
    assert (merge.survivor_id, merge.rule, merge.reason) == (older, "older", "asked on the phone")
    assert Profile.objects.get().attributes == {"city": "杭州", "level": 1}


@pytest.mark.parametrize("first", [PHONE, MAIL, OPENID])
def test_what_a_merge_did_is_undone_exactly(workspace: Workspace, first: dict[str, str]) -> None:
    put(workspace, PHONE, city="上海", address={"street": "南京路", "no": 1})
    put(workspace, MAIL, address={"no": 2}, city="北京")
    put(workspace, OPENID, level=3)
    for number, who in enumerate([PHONE, MAIL, OPENID]):
        happen(workspace, f"e{number}", who)
    before = whole_state("profiles")
    other = MAIL if first != MAIL else OPENID
    people = [Identity.objects.get(type=next(iter(who))).profile_id for who in (first, other)]
    merge = merge_by_hand(workspace, people[0], people[1], T0 + HOUR, None, "")
    assert whole_state("profiles") != before
    undo(workspace, merge.id, T0 + 2 * HOUR, None)
    assert whole_state("profiles") == before


def test_what_came_after_the_merge_goes_to_whom_its_identity_belongs(workspace: Workspace) -> None:
    survivor, merged = put(workspace, PHONE, city="上海"), put(workspace, MAIL)
    merge = merge_by_hand(workspace, survivor, merged, T0, None, "")
    assert happen(workspace, "by mail", MAIL) == happen(workspace, "by phone", PHONE) == survivor
    put(workspace, MAIL, level=2)
    put(workspace, PHONE, points=7)
    put(workspace, MAIL | OPENID)
    undo(workspace, merge.id, T0 + HOUR, None)
    assert dict(Event.objects.values_list("name", "profile_id")) == {"by mail": merged, "by phone": survivor}
    assert Profile.objects.get(id=survivor).attributes == {"city": "上海", "points": 7}
    assert Profile.objects.get(id=merged).attributes == {"level": 2}
    assert Identity.objects.get(value="o1").profile_id == merged


def test_facts_do_not_join_again_whom_somebody_has_separated(workspace: Workspace) -> None:
    survivor, merged = put(workspace, PHONE), put(workspace, MAIL)
    happen(workspace, "one", PHONE | MAIL)
    undo(workspace, ProfileMerge.objects.get().id, T0, None)
    assert happen(workspace, "two", PHONE | MAIL) == survivor
    assert ProfileMerge.objects.count() == 1
    assert IdentityConflict.objects.get().reason == ConflictReason.KEPT_APART
    merge_by_hand(workspace, survivor, merged, T0, None, "")
    undo(workspace, ProfileMerge.objects.order_by("-id")[0].id, T0, None)
    assert {profile.id for profile in Profile.objects.all()} == {survivor, merged}


def test_a_chain_is_taken_apart_from_its_end(workspace: Workspace) -> None:
    first, second, third = put(workspace, PHONE, a=1), put(workspace, OPENID, b=2), put(workspace, MAIL, c=3)
    before = whole_state("profiles")
    inner = merge_by_hand(workspace, second, third, T0, None, "")
    outer = merge_by_hand(workspace, first, third, T0, None, "")
    assert dict(ProfileAlias.objects.values_list("id", "profile_id")) == {second: first, third: first}
    assert [merge.id for merge in merges_of(workspace.id, first)] == [outer.id, inner.id]
    with pytest.raises(DomainError) as refused:
        undo(workspace, inner.id, T0, None)
    assert (refused.value.code, refused.value.extra) == ("merged_again", {"merge": str(outer.id)})
    undo(workspace, outer.id, T0, None)
    undo(workspace, inner.id, T0, None)
    assert whole_state("profiles") == before
    with pytest.raises(DomainError) as refused:
        undo(workspace, inner.id, T0, None)
    assert refused.value.code == "already_undone"


def test_two_members_are_two_people_whatever_they_share(workspace: Workspace) -> None:
    one, other = put(workspace, {"member_id": "m1"} | PHONE), put(workspace, {"member_id": "m2"} | MAIL)
    assert happen(workspace, "both", PHONE | MAIL) == one
    assert IdentityConflict.objects.get().reason == ConflictReason.ONE_PER_PERSON
    with pytest.raises(DomainError) as refused:
        merge_by_hand(workspace, one, other, T0, None, "")
    assert refused.value.code == "one_per_person"
    assert merge_by_hand(workspace, one, other, T0, None, "both are hers", force=True).survivor_id == one


def test_a_phone_of_a_thousand_people_joins_a_few_and_then_nobody(workspace: Workspace) -> None:
    for number in range(1000):
        put(workspace, {"wechat_openid:wx1": f"o{number}"})
    items = [
        IncomingEvent(
            {}, "order", [("wechat_openid:wx1", f"o{number}"), ("phone", "13800138000")], event_id=str(number)
        )
        for number in range(1000)
    ]
    for start in range(0, 1000, 100):
        assert not ingest(workspace, items[start : start + 100], T0).rejected
    assert Profile.objects.count() >= 980
    assert ProfileMerge.objects.count() < 10
    largest = max(
        Profile.objects.get(id=one).identities.count()
        for one in Identity.objects.filter(type="phone").values_list("profile_id", flat=True)
    )
    assert largest <= 10
    assert IdentityConflict.objects.filter(reason=ConflictReason.TOO_MANY_PEOPLE).count() >= 980
    assert Event.objects.filter(profile_id=Identity.objects.get(value="o999").profile_id).count() == 1


def test_a_workspaces_own_rules_hold_instead(workspace: Workspace) -> None:
    IdentityType.objects.create(
        workspace=workspace,
        type="crm_id",
        priority=0,
        normalisation="lower",
        joins="people",
        most_identities=2,
        most_people=9,
    )
    by_crm, by_phone = put(workspace, {"crm_id": "C1"}), put(workspace, PHONE)
    assert put(workspace, {"crm_id": "c1"}) == by_crm
    assert put(workspace, PHONE | {"crm_id": "c1"}) == by_crm
    assert ProfileMerge.objects.get().merged_id == by_phone


def test_ten_thousand_events_go_over_in_one_statement(workspace: Workspace) -> None:
    one, other = put(workspace, PHONE), put(workspace, MAIL)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into profiles_event (id, workspace_id, event_id, profile_id, name, occurred_at, received_at, properties)"
            " select gen_random_uuid(), %s, n::text, %s, 'visit', now(), now(), '{}' from generate_series(1, 10000) n",
            [workspace.id, other],
        )
    merge = merge_by_hand(workspace, one, other, T0, None, "")
    assert merge.moved["profiles_event"] == 10_000
    undo(workspace, merge.id, T0, None)
    assert Event.objects.filter(profile_id=other).count() == 10_000


def test_every_table_that_names_a_person_is_moved() -> None:
    names = {table.name for table in person_tables()}
    assert {"profiles_event", "profiles_consent", "profiles_profilealias", "channels_app_message"} <= names
