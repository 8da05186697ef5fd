"""Judged only when something changes and at the instants that were worked out, people are in and out as at every instant."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from profiles import segment_judging
from profiles.identity_values import IdentityKey
from profiles.models import SegmentMember, SegmentStay
from profiles.person_changes import PersonChange
from profiles.rules.codec import parse_rule
from profiles.segment_members import next_due
from profiles.segment_turns import work
from profiles.segments import create_segment, matching
from profiles.upsert import upsert
from tests.fixtures.world import HOUR, T0, World

pytestmark = pytest.mark.django_db

NAMES = ["paid", "page_viewed"]
SPANS = ["PT3H", "PT5H"]
CITIES = ["上海", "杭州"]
RELATIVES = ["within_last", "within_next", "anniversary_within"]
DATES = ["2026-03-02", "2026-03-03", "1990-03-03", "2000-02-29", "2026-03-02T13:00:00+08:00", 1772431200]


# Drawn by a seed and not by strategies: those prefer what is small, and then time changes nothing.
def a_count(chance: Random) -> dict[str, Any]:
    rule: dict[str, Any] = {"op": "event", "name": chance.choice([*NAMES, "pa*"]), "within": chance.choice(SPANS)}
    rule |= {"cmp": chance.choice(["gte", "gt", "lt", "lte", "eq", "ne"]), "value": chance.randint(0, 3)}
    if chance.random() < 0.3:
        rule["where"] = [{"key": "amount", "cmp": "gte", "value": 2}]
    return rule


def an_aggregate(chance: Random) -> dict[str, Any]:
    rule = {"op": "event", "name": chance.choice(NAMES), "within": chance.choice(SPANS), "property": "amount"}
    rule |= {"agg": chance.choice(["sum", "min", "max", "avg", "distinct"])}
    return rule | {"cmp": chance.choice(["gte", "lt", "eq"]), "value": chance.randint(1, 4)}


def a_choice(chance: Random) -> dict[str, Any]:
    rule = {"op": "event", "name": chance.choice(NAMES), "select": chance.choice(["first", "last"])}
    return rule | {"within": chance.choice(SPANS), "has": [{"key": "amount", "cmp": "gte", "value": 2}]}


def a_property(chance: Random) -> dict[str, Any]:
    filters = [{"key": "until", "cmp": chance.choice(RELATIVES), "value": chance.choice(SPANS)}]
    return {"op": "event", "name": chance.choice(NAMES), "where": filters}


def a_sequence(chance: Random) -> dict[str, Any]:
    absent = {"name": chance.choice(NAMES), "within": chance.choice(SPANS)}
    return {"op": "sequence", "steps": [{"name": chance.choice(NAMES)}], "absent": absent}


def a_value_held(chance: Random) -> dict[str, Any]:
    held = {"op": "held", "key": "city", "value": chance.choice(CITIES), "for": chance.choice(SPANS)}
    return held | {"cmp": chance.choice(["at_least", "less_than"])}


def a_date(chance: Random) -> dict[str, Any]:
    span = chance.choice([*SPANS, "P1D", "P300D"])
    return {"op": "attribute", "key": "date", "cmp": chance.choice(RELATIVES), "value": span}


def a_mixture(chance: Random) -> dict[str, Any]:
    leaves = [leaf(chance) for leaf in chance.choices([*TIMED, a_city, a_tag], k=chance.randint(2, 3))]
    inner = {"op": chance.choice(["and", "or"]), "args": leaves}
    return {"op": "or", "args": [{"op": "not", "arg": inner}, a_tag(chance)]} if chance.random() < 0.5 else inner


def a_city(chance: Random) -> dict[str, Any]:
    return {"op": "attribute", "key": "city", "value": chance.choice(CITIES)}


def a_tag(_: Random) -> dict[str, Any]:
    return {"op": "tag", "key": "vip"}


TIMED = [a_count, an_aggregate, a_choice, a_property, a_sequence, a_value_held, a_date]


def happening(chance: Random) -> Any:
    """An event (its name, its amount, and how many minutes from now it is dated), or a change of the person."""
    if chance.random() < 0.6:
        return chance.choice(NAMES), chance.randint(1, 3), chance.choice([0, 0, -60, chance.randint(-300, 300)])
    return chance.choice([*CITIES, {"date": chance.choice(DATES)}, True, False])


class Timeline:
    """A segment that is judged as its workflow does it, in virtual time."""

    def __init__(self, rule: Any) -> None:
        self.world = World()
        self.people = self.world.people(2)
        self.rule = parse_rule(rule)
        self.segment = create_segment(self.world.workspace, "人群", "", rule)
        self.now = T0
        self.seen: list[datetime] = []
        self.judge()

    def judge(self) -> None:
        while work(self.world.workspace, self.now, 10).more:
            pass
        self.seen.append(self.now)
        assert self.members() == matching(self.world.workspace, self.rule, self.people, self.now), self.now

    def members(self) -> set[UUID]:
        return set(SegmentMember.objects.filter(segment_id=self.segment.pk).values_list("profile_id", flat=True))

    def pass_until(self, until: datetime) -> None:
        """Judge at the instants that are due, and see that nobody was in or out at any other without being judged."""
        while self.now < until:
            due = next_due(self.world.workspace)
            following = until if due is None or due > until else due
            assert following > self.now
            for instant in (self.now + (following - self.now) / 2, following - timedelta(microseconds=1)):
                assert self.members() == matching(self.world.workspace, self.rule, self.people, instant), instant
            self.now = following
            self.judge()

    def happen(self, person: int, what: Any) -> None:
        if isinstance(what, tuple):
            name, amount, minutes = what
            dated = self.now + timedelta(minutes=minutes)
            until = (self.now + timedelta(hours=amount)).isoformat()
            self.world.happen(self.people[person], name, dated, received=self.now, amount=amount, until=until)
        else:
            key = [IdentityKey("member_id", str(self.people[person]))]
            upsert(self.world.workspace, key, _change(what), [], self.now)
        self.judge()


def _change(what: Any) -> PersonChange:
    if isinstance(what, bool):
        return PersonChange(tags={"vip": what or None})
    return PersonChange(what if isinstance(what, dict) else {"city": what})


@pytest.mark.parametrize("kind", [*TIMED, a_mixture])
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_judging_only_at_due_instants_gives_the_timeline_of_judging_at_every_instant(
    kind: Callable[[Random], Any], seed: int
) -> None:
    chance = Random(seed)
    # What they have done is read once for all questions, or by each of them.
    with transaction.atomic(), patch.object(segment_judging, "MOST_READ", chance.choice([0, 2_000])):
        timeline = Timeline(kind(chance))
        for _ in range(6):
            timeline.pass_until(timeline.now + timedelta(minutes=chance.choice([0, 1, 90, chance.randint(1, 200)])))
            timeline.happen(chance.randint(0, 1), happening(chance))
        timeline.pass_until(timeline.now + 24 * HOUR)
        for stay in SegmentStay.objects.all():
            assert stay.entered_at < stay.left_at
        transaction.set_rollback(True)
