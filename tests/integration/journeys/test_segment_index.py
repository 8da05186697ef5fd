"""A change finds the segments that it can change, and no others."""

from uuid import UUID

import pytest
from django.db import connection

from profiles.identity_values import IdentityKey
from profiles.models import Segment, SegmentCheck, SegmentMember
from profiles.person_changes import PersonChange
from profiles.rules.codec import parse_rule
from profiles.segment_index import dependents
from profiles.segment_preview import preview
from profiles.segment_turns import work
from profiles.segments import change_segment, create_segment
from profiles.upsert import upsert
from tests.fixtures.world import T0, World

RULES = {
    "paid": {"op": "event", "name": "paid"},
    "pages": {"op": "event", "name": "page_*"},
    "city": {"op": "attribute", "key": "address.city", "value": "上海"},
    "vip": {"op": "not", "arg": {"op": "tag", "key": "vip"}},
    "sms": {"op": "consent", "channel": "sms", "purpose": "marketing"},
    "phone": {"op": "identity", "type": "phone"},
    "chain": {"op": "sequence", "steps": [{"name": "seen"}, {"name": "paid"}], "absent": {"name": "returned"}},
    "bucket": {"op": "bucket", "salt": "s", "from": 0, "to": 50},
}


@pytest.fixture
def segments(world: World) -> dict[str, UUID]:
    return {name: create_segment(world.workspace, name, "", rule).pk for name, rule in RULES.items()}


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("event:paid", {"paid", "chain"}),
        ("event:page_viewed", {"pages"}),
        ("event:page", set()),
        ("event:returned", {"chain"}),
        ("attribute:address", {"city"}),
        ("attribute:city", set()),
        ("tag:vip", {"vip"}),
        ("consent:sms/marketing", {"sms"}),
        ("consent:sms/service", set()),
        ("identity:phone", {"phone"}),
    ],
)
def test_a_change_finds_what_watches_it(world: World, segments: dict[str, UUID], change: str, found: set[str]) -> None:
    assert dependents(world.workspace.id, [change]).get(change, set()) == {segments[name] for name in found}


def test_what_a_segment_names_is_watched_by_it_and_follows_a_change_of_the_rule(
    world: World, segments: dict[str, UUID]
) -> None:
    inside = {"op": "segment", "id": str(segments["paid"])}
    outer = create_segment(world.workspace, "外", "", {"op": "and", "args": [inside, RULES["vip"]]})
    assert dependents(world.workspace.id, ["event:paid"])["event:paid"] >= {outer.pk}
    change_segment(Segment.objects.get(pk=segments["paid"]), {"rule": {"op": "event", "name": "seen"}})
    assert outer.pk not in dependents(world.workspace.id, ["event:paid"])["event:paid"]
    assert outer.pk in dependents(world.workspace.id, ["event:seen"])["event:seen"]


def test_only_what_is_watched_is_noted_and_only_who_watches_judges(world: World, segments: dict[str, UUID]) -> None:
    person = world.person()
    while work(world.workspace, T0).more:
        pass
    upsert(world.workspace, [IdentityKey("member_id", str(person))], PersonChange({"age": 5}), [], T0)
    world.happen(person, "opened", T0)
    assert not SegmentCheck.objects.exists()
    world.happen(person, "paid", T0)
    assert SegmentCheck.objects.get().changed == ["event:paid"]
    work(world.workspace, T0)
    members = SegmentMember.objects.filter(profile_id=person).values_list("segment_id", flat=True)
    assert {segments["paid"], segments["vip"]} <= set(members) <= {segments[one] for one in ("paid", "vip", "bucket")}


def test_a_count_that_takes_too_long_is_estimated(world: World) -> None:
    for _ in range(3):
        world.person(tags=["vip"])
    rule = parse_rule({"op": "tag", "key": "vip"})
    exact = preview(world.workspace, rule, T0)
    assert (exact.people, len(exact.sample), exact.is_estimate) == (3, 3, False)
    # Of few people the sample is everybody.
    args = [{"op": "event", "name": f"{n}*", "where": [{"key": "a", "value": n}]} for n in range(150)]
    slow = parse_rule({"op": "or", "args": [{"op": "tag", "key": "vip"}, {"op": "and", "args": args}]})
    with connection.cursor() as cursor:
        # What an earlier test had counted says nothing of these.
        cursor.execute("analyze profiles_profile")
    estimated = preview(world.workspace, slow, T0, patience_ms=1)
    assert (estimated.people, estimated.is_estimate) == (3, True)
