"""What else is kept of people, when two become one and two again: tags, segments, computing, consents, imports."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from profiles import consent, segment_lists, segment_turns, tags
from profiles.choices import ConsentStatus, Joins, Normalisation, TagSource
from profiles.computed import catalogue
from profiles.consent import ConsentEntry
from profiles.identity_values import IdentityKey
from profiles.imports.people import write_people
from profiles.merging.by_hand import merge_by_hand
from profiles.merging.undo import undo
from profiles.models import (
    ClassSpell,
    ComputedDue,
    Consent,
    Identity,
    IdentityType,
    Profile,
    Segment,
    SegmentMember,
    SegmentState,
    TagAssignment,
)
from profiles.person_changes import PersonChange
from profiles.segment_history import members_at
from profiles.segments import create_segment
from profiles.upsert import upsert
from tests.fixtures.computing import computed_of, settle, tags_of
from tests.fixtures.world import DAY, HOUR, T0, World

pytestmark = pytest.mark.django_db
VISITS: dict[str, Any] = {"kind": "count", "event": "visit"}


@pytest.fixture
def world() -> World:
    return World()


def two(world: World) -> tuple[UUID, UUID]:
    """Who survives, and who is merged: the phone ranks higher than the mail."""
    people = []
    for type_, value in (("phone", "+8613800138000"), ("email", "a@example.com")):
        person = Profile.objects.create(workspace=world.workspace)
        Identity.objects.create(workspace=world.workspace, profile=person, type=type_, value=value)
        people.append(person.id)
    return people[0], people[1]


def give(
    world: World, key: str, value: Any, source: TagSource, person: UUID, hours: int, days: int | None = None
) -> None:
    until = None if days is None else T0 + days * DAY
    tags.assign(world.workspace, tags.Giving(key, value, source, "li", until), [person], T0 + hours * HOUR)


def assignments(person: UUID) -> set[Any]:
    rows = TagAssignment.objects.filter(profile_id=person)
    return set(rows.values_list("key", "value", "source", "expires_at", "ended_at", "ended_because"))


def test_a_tag_keeps_its_source_and_expiry_through_a_merge_and_back(world: World) -> None:
    one, other = two(world)
    give(world, "level", "silver", TagSource.MANUAL, one, 1, days=30)
    give(world, "level", "gold", TagSource.IMPORT, other, 2, days=60)
    give(world, "vip", None, TagSource.IMPORT, other, 1)
    give(world, "vip", None, TagSource.MANUAL, one, 3)
    give(world, "own", None, TagSource.MANUAL, other, 1, days=9)
    before = assignments(one), assignments(other)
    merge = merge_by_hand(world.workspace, one, other, T0 + 5 * HOUR, None, "")
    assert tags_of(one) == {"level": "gold", "vip": None, "own": None}
    assert assignments(one) == {
        ("level", "gold", "import", T0 + 60 * DAY, None, ""),
        ("vip", None, "manual", None, None, ""),
        ("own", None, "manual", T0 + 9 * DAY, None, ""),
    }
    undo(world.workspace, merge.id, T0 + 6 * HOUR, None)
    assert (tags_of(one), tags_of(other)) == (
        {"level": "silver", "vip": None},
        {"level": "gold", "vip": None, "own": None},
    )
    assert (assignments(one), assignments(other)) == before


def test_tags_that_come_or_go_while_two_are_one_are_whose_they_are_afterwards(world: World) -> None:
    one, other = two(world)
    give(world, "vip", None, TagSource.IMPORT, other, 1)
    merge = merge_by_hand(world.workspace, one, other, T0 + 5 * HOUR, None, "")
    # By a mail of the merged person; by an operator, upon the survivor.
    change = PersonChange(tags={"reader": True})
    upsert(world.workspace, [IdentityKey("email", "a@example.com")], change, [], T0 + 6 * HOUR)
    tags.unassign(world.workspace, "vip", [one], "li", T0 + 7 * HOUR)
    give(world, "called", None, TagSource.MANUAL, one, 8)
    assert tags_of(one) == {"reader": None, "called": None}
    undo(world.workspace, merge.id, T0 + 9 * HOUR, None)
    assert tags_of(one) == {"called": None}
    assert tags_of(other) == {"vip": None, "reader": None}
    assert TagAssignment.objects.get(profile_id=other, key="vip").source == TagSource.IMPORT


def test_segments_count_each_once_and_their_past_stays_visible(world: World) -> None:
    one, other = two(world)
    listed = segment_lists.create_list(world.workspace, "名单", "", T0)
    segment_lists.change_list(listed, [other], [], T0 + HOUR)
    segment_lists.change_list(listed, [one], [], T0 + 3 * HOUR)
    left = segment_lists.create_list(world.workspace, "从前", "", T0)
    segment_lists.change_list(left, [other], [], T0 + HOUR)
    segment_lists.change_list(left, [], [other], T0 + 2 * HOUR)
    merge = merge_by_hand(world.workspace, one, other, T0 + 5 * HOUR, None, "")
    settle(world, T0 + 5 * HOUR)
    assert sizes(listed, left) == [1, 0]
    assert SegmentMember.objects.get(segment_id=listed.pk).since == T0 + HOUR
    assert inside(left, T0 + HOUR) == {one}
    assert inside(listed, T0 + 2 * HOUR) == {one}
    undo(world.workspace, merge.id, T0 + 6 * HOUR, None)
    settle(world, T0 + 6 * HOUR)
    assert sizes(listed, left) == [2, 0]
    assert dict(SegmentMember.objects.filter(segment_id=listed.pk).values_list("profile_id", "since")) == {
        one: T0 + 3 * HOUR,
        other: T0 + HOUR,
    }
    assert inside(left, T0 + HOUR) == {other}


def sizes(*segments: Segment) -> list[int]:
    return [SegmentState.objects.get(segment=one).size for one in segments]


def inside(segment: Segment, at: Any) -> set[UUID]:
    return set(members_at(segment, at).values_list("id", flat=True))


def test_a_rule_is_judged_again_by_what_both_have_done(world: World) -> None:
    one, other = two(world)
    rule = {"op": "event", "name": "visit", "within": "P30D", "agg": "count", "cmp": "gte", "value": 2}
    segment = create_segment(world.workspace, "常来", "", rule)
    mails = [IdentityKey("email", "a@example.com")], [IdentityKey("phone", "+8613800138000")]
    for number, keys in enumerate(mails):
        visit(world, keys, T0 + number * HOUR)
    settle(world, T0 + 2 * HOUR)
    assert sizes(segment) == [0]
    merge = merge_by_hand(world.workspace, one, other, T0 + 3 * HOUR, None, "")
    settle(world, T0 + 4 * HOUR)
    assert sizes(segment) == [1]
    undo(world.workspace, merge.id, T0 + 5 * HOUR, None)
    settle(world, T0 + 6 * HOUR)
    assert sizes(segment) == [0]
    assert inside(segment, T0 + 4 * HOUR) == {one}, "what was known then stays written"


def visit(world: World, keys: list[IdentityKey], at: Any) -> None:
    from profiles.incoming import IncomingEvent

    world.ingest([IncomingEvent({}, "visit", keys, occurred_at=at.isoformat())], at)


def test_computed_attributes_are_those_of_both_and_then_of_each(world: World) -> None:
    one, other = two(world)
    definition = {**VISITS, "within": "P30D"}
    catalogue.create(world.workspace, "attribute", "visits", "到访", "", definition, T0)
    stages = {
        "stages": [
            {"stage": "often", "name": "常来", "rule": {"op": "event", "name": "visit", "cmp": "gte", "value": 3}},
            {"stage": "once", "name": "来过", "rule": {"op": "event", "name": "visit"}},
        ]
    }
    catalogue.create(world.workspace, "lifecycle", "stage", "阶段", "", stages, T0)
    for keys, times in (("phone", "+8613800138000"), 1), (("email", "a@example.com"), 2):
        for number in range(times):
            visit(world, [IdentityKey(*keys)], T0 + number * HOUR)
    settle(world, T0 + 3 * HOUR)
    assert (computed_of(one)["visits"], computed_of(other)["visits"]) == (1, 2)
    due = dict(ComputedDue.objects.values_list("profile_id", "due_at"))
    merge = merge_by_hand(world.workspace, one, other, T0 + 4 * HOUR, None, "")
    settle(world, T0 + 4 * HOUR)
    assert computed_of(one) == {"visits": 3, "stage": "often"}
    assert set(ComputedDue.objects.values_list("profile_id", flat=True)) == {one}
    assert list(open_spells().values()) == ["often"]
    undo(world.workspace, merge.id, T0 + 5 * HOUR, None)
    settle(world, T0 + 5 * HOUR)
    assert (computed_of(one), computed_of(other)) == ({"visits": 1, "stage": "once"}, {"visits": 2, "stage": "once"})
    assert open_spells() == {one: "once", other: "once"}
    assert dict(ComputedDue.objects.values_list("profile_id", "due_at")) == due


def open_spells() -> dict[UUID, str]:
    return dict(ClassSpell.objects.filter(until=None).values_list("profile_id", "label"))


def test_a_consent_given_by_a_former_id_counts_for_the_survivor_and_goes_back(world: World) -> None:
    one, other = two(world)
    world.consent(one, "granted", at=T0)
    world.consent(other, "withdrawn", at=T0 + HOUR)
    merge = merge_by_hand(world.workspace, one, other, T0 + 2 * HOUR, None, "")
    key = (one, "sms", "marketing")
    assert consent.current([key]) == {key: "withdrawn"}
    with transaction.atomic():
        entry = ConsentEntry("sms", "marketing", ConsentStatus.GRANTED, "link", T0 + 3 * HOUR)
        consent.record(world.workspace, other, [entry], T0 + 3 * HOUR)
    assert consent.current([key]) == {key: "granted"}
    undo(world.workspace, merge.id, T0 + 4 * HOUR, None)
    assert list(Consent.objects.filter(profile_id=other).order_by("at").values_list("status", flat=True)) == [
        "withdrawn",
        "granted",
    ]
    assert consent.current([key]) == {key: "granted"}


def test_an_import_compares_identities_as_the_rules_of_their_types_say(world: World) -> None:
    from profiles.imports.consents import Proof
    from profiles.imports.csv_rows import Row
    from profiles.imports.people_rows import PersonRow

    IdentityType.objects.create(
        workspace=world.workspace,
        type="crm",
        priority=1,
        normalisation=Normalisation.LOWER,
        joins=Joins.NOBODY,
        most_identities=1,
        most_people=9,
    )
    known = Profile.objects.create(workspace=world.workspace)
    Identity.objects.create(workspace=world.workspace, profile=known, type="crm", value="c1")
    named = [["C1"], ["C2"], ["c2"], ["C3", "c4"]]
    rows = [
        PersonRow(Row(number, [], number), tuple(IdentityKey("crm", one) for one in values), {"n": number}, {})
        for number, values in enumerate(named)
    ]
    with transaction.atomic():
        outcome = write_people(world.workspace, rows, Proof("", "", T0), T0, dry=False)
    assert (outcome.created, outcome.updated) == (2, 2)
    owners = dict(Identity.objects.filter(type="crm").values_list("value", "profile_id"))
    assert set(owners) == {"c1", "c2", "c3"}, "of a shared type, no more than one"
    assert owners["c1"] == known.id
    assert Profile.objects.get(id=owners["c2"]).attributes == {"n": 2}


def test_there_is_work_left_for_nobody(world: World) -> None:
    """A check and a mark about somebody who is merged away harm nobody."""
    one, other = two(world)
    catalogue.create(world.workspace, "attribute", "visits", "到访", "", VISITS, T0)
    create_segment(world.workspace, "来过", "", {"op": "event", "name": "visit"})
    settle(world, T0)
    visit(world, [IdentityKey("email", "a@example.com")], T0 + HOUR)
    merge_by_hand(world.workspace, one, other, T0 + timedelta(hours=2), None, "")
    settle(world, T0 + 3 * HOUR)
    assert computed_of(one) == {"visits": 1}
    assert SegmentMember.objects.get().profile_id == one
    assert not segment_turns.work(world.workspace, T0 + 3 * HOUR).more
