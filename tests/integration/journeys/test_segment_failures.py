"""A segment whose statement fails says so and is tried again; the others go on."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection

from profiles import segment_failures
from profiles.models import Segment, SegmentMember, SegmentPhase, SegmentState
from profiles.segment_filling import SegmentFailed, fill_now
from profiles.segment_freshness import freshness_of
from profiles.segment_members import next_due, workspaces_to_check
from profiles.segment_turns import work
from profiles.segments import change_segment, create_segment
from tests.fixtures.world import HOUR, MINUTE, SECOND, T0, World

PAID = {"op": "event", "name": "paid"}
# Two of these are more than PostgreSQL's numeric can hold: their sum is an error of the server's.
HUGE = "9e131071"
SPENT = {"op": "event", "name": "paid", "agg": "sum", "property": "amount", "cmp": "gte", "value": 10}


def in_it(segment: Segment) -> set[UUID]:
    return set(SegmentMember.objects.filter(segment_id=segment.pk).values_list("profile_id", flat=True))


def state(segment: Segment) -> SegmentState:
    return SegmentState.objects.get(pk=segment.pk)


def make_huge(person: UUID, value: str = HUGE) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "update profiles_event set properties = ('{\"amount\": ' || %s || '}')::jsonb where profile_id = %s",
            [value, person],
        )


def turn(world: World, at: datetime) -> None:
    while work(world.workspace, at).more:
        pass


@pytest.fixture
def broken(world: World) -> tuple[Segment, Segment, UUID]:
    """Two ready segments, and somebody by whom the second cannot be judged."""
    paid, spent = (create_segment(world.workspace, name, "", rule) for name, rule in (("买过", PAID), ("多", SPENT)))
    turn(world, T0)
    person = world.person()
    world.happen(person, "paid", T0, amount=1)
    world.happen(person, "paid", T0, amount=2)
    make_huge(person)
    return paid, spent, person


def test_the_others_go_on_and_the_failure_is_shown(world: World, broken: tuple[Segment, Segment, UUID]) -> None:
    paid, spent, person = broken
    turn(world, T0 + SECOND)
    assert in_it(paid) == {person}
    assert (state(spent).phase, state(paid).phase) == (SegmentPhase.FAILED, SegmentPhase.READY)
    shown = freshness_of(world.workspace, [spent.pk])[spent.pk]
    assert shown.error.startswith("22003: ")
    assert shown.retry_at == next_due(world.workspace)
    other = world.person()
    world.happen(other, "paid", T0 + SECOND)
    turn(world, T0 + 2 * SECOND)
    assert in_it(paid) == {person, other}


def test_it_is_tried_again_later_each_time_and_then_knows_everybody(
    world: World, broken: tuple[Segment, Segment, UUID]
) -> None:
    _, spent, person = broken
    turn(world, T0 + SECOND)
    first = state(spent).retry_at
    assert first is not None
    assert first >= T0 + MINUTE
    turn(world, first - SECOND)
    assert state(spent).failures == 1
    assert workspaces_to_check(first) == {world.workspace.id}
    turn(world, first)
    second = state(spent).retry_at
    assert state(spent).failures == 2
    assert second is not None
    assert second - first >= 2 * MINUTE
    other = world.person()
    world.happen(other, "paid", first + SECOND, amount=20)
    turn(world, first + 2 * SECOND)
    make_huge(person, "9")
    turn(world, second)
    assert in_it(spent) == {person, other}
    assert (state(spent).phase, state(spent).failures, state(spent).error) == (SegmentPhase.READY, 0, "")


def test_a_new_rule_ends_the_failure(world: World, broken: tuple[Segment, Segment, UUID]) -> None:
    _, spent, person = broken
    turn(world, T0 + SECOND)
    change_segment(spent, {"rule": PAID})
    turn(world, T0 + 2 * SECOND)
    assert in_it(spent) == {person}
    assert state(spent).phase == SegmentPhase.READY


def test_a_statement_that_never_ends_is_broken_off(
    world: World, broken: tuple[Segment, Segment, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    paid, spent, person = broken
    with connection.cursor() as cursor:
        # The rule reads numbers of this one's events by a function that takes too long.
        cursor.execute(
            "create or replace function zhitu_number(value jsonb) returns numeric language sql volatile as"
            " $$ select 1 from pg_sleep(20) $$"
        )
    monkeypatch.setattr(segment_failures, "LONGEST_MS", 1_000)
    turn(world, T0 + SECOND)
    assert in_it(paid) == {person}
    assert state(spent).error.startswith("57014: ")


def test_who_waits_for_its_first_members_is_told(world: World) -> None:
    person = world.person()
    world.happen(person, "paid", T0, amount=1)
    world.happen(person, "paid", T0, amount=2)
    make_huge(person)
    spent = create_segment(world.workspace, "多", "", SPENT)
    with pytest.raises(SegmentFailed, match="22003"):
        fill_now(spent.pk, T0 + HOUR)
    turn(world, T0 + HOUR + timedelta(seconds=1))
    assert state(spent).phase == SegmentPhase.FAILED
