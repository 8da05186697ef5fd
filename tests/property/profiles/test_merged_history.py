"""A merge that was taken back has never been: of both people the same is known, at any instant, as without it."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from profiles.identity_values import IdentityKey
from profiles.incoming import IncomingEvent
from profiles.ingestion import ingest
from profiles.merging.by_hand import merge_by_hand
from profiles.merging.undo import undo
from profiles.models import Identity, PersonHistory, Profile
from profiles.person_changes import PersonChange
from profiles.upsert import upsert
from tests.fixtures.computing import tags_of
from workspaces.models import Workspace

T0 = datetime(2026, 3, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
WHO = (IdentityKey("phone", "+8613800138000"), IdentityKey("email", "a@example.com"))
VALUE = st.sampled_from([1, "x", {"i": 1}, {"j": 2}, {"i": None, "j": 3}, None])
ATTRIBUTES = st.dictionaries(st.sampled_from("abc"), VALUE, max_size=2)
TAGS = st.dictionaries(st.sampled_from("pq"), st.sampled_from(["1", True, None]), max_size=2)
# Who says it, what, and how many hours late it comes; None: it counts from its receipt.
FACT = st.tuples(st.integers(0, 1), ATTRIBUTES, TAGS, st.none() | st.integers(0, 12))
# What was loaded in bulk about somebody, without a record, and when.
LOADED = st.none() | st.tuples(
    st.dictionaries(st.sampled_from("abc"), st.sampled_from([7, {"i": 8}]), max_size=2), st.integers(0, 5)
)
serial = count()


class MergedHistory(TestCase):
    pytestmark = pytest.mark.django_db

    @settings(max_examples=60, deadline=None)
    @given(st.tuples(LOADED, LOADED), st.lists(FACT, max_size=5), st.lists(FACT, max_size=5))
    def test_undoing_a_merge_leaves_what_the_same_facts_leave_without_it(
        self, loaded: Any, before: list[Any], after: list[Any]
    ) -> None:
        known = []
        for is_merged in (True, False):
            workspace = Workspace.objects.create(slug=f"h{next(serial)}", name="x")
            people = [_load(workspace, place, one) for place, one in enumerate(loaded)]
            _happen(workspace, before, T0)
            if is_merged:
                both = [row for one in people for row in _history(one)]
                merge = merge_by_hand(workspace, people[0], people[1], T0 + 50 * HOUR, None, "")
                survivor = Profile.objects.get(id=merge.survivor_id)
                assert (survivor.attributes, survivor.tags) == (merge.after["attributes"], merge.after["tags"])
                assert set(both) <= set(_history(survivor.id))
                tags_of(survivor.id)
            _happen(workspace, after, T0 + 60 * HOUR)
            if is_merged:
                undo(workspace, merge.id, T0 + 100 * HOUR, None)
            known.append([_known(one) for one in people])
        assert known[0] == known[1]


def _load(workspace: Workspace, place: int, loaded: tuple[dict[str, Any], int] | None) -> UUID:
    attributes, hours = loaded or ({}, 0)
    person = Profile.objects.create(workspace=workspace, attributes=attributes)
    Profile.objects.filter(id=person.id).update(updated_at=T0 - hours * HOUR)
    Identity.objects.create(workspace=workspace, profile=person, type=WHO[place].type, value=WHO[place].value)
    return person.id


def _happen(workspace: Workspace, facts: list[Any], start: datetime) -> None:
    for hours, (who, attributes, tags, late) in enumerate(facts):
        now = start + hours * HOUR
        if late is None:
            upsert(workspace, [WHO[who]], PersonChange(attributes, tags), [], now)
        else:
            at = (now - late * HOUR).isoformat()
            assert not ingest(
                workspace, [IncomingEvent({}, "said", [WHO[who]], occurred_at=at, traits=attributes or None)], now
            ).rejected


def _history(person: UUID) -> list[tuple[datetime, str, str]]:
    rows = PersonHistory.objects.filter(profile_id=person).order_by("at", "id")
    return [(row.at, str(sorted(row.attributes.items())), str(sorted(row.tags.items()))) for row in rows]


def _known(person: UUID) -> Any:
    profile = Profile.objects.get(id=person)
    return profile.attributes, tags_of(person), profile.history_since, _history(person)
