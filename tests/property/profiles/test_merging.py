"""Merging by facts: any order gives the same people, and taking a merge back gives what was there before."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from profiles.identity import resolve
from profiles.identity_values import IdentityKey
from profiles.incoming import IncomingEvent
from profiles.ingestion import ingest
from profiles.merging.by_hand import merge_by_hand
from profiles.merging.undo import undo
from profiles.models import Identity, Profile
from profiles.person_changes import PersonChange
from profiles.upsert import upsert
from tests.fixtures.whole_state import whole_state
from workspaces.models import Workspace

NOW = datetime(2026, 3, 2, tzinfo=UTC)
# Of these a person may have several, and every one of them joins.
KEY = st.builds(IdentityKey, st.sampled_from(["phone", "email", "wechat_openid", "jd_pin"]), st.sampled_from("ab"))
ITEM = st.sets(KEY, min_size=1, max_size=3)
VALUE = st.recursive(
    st.integers(0, 3) | st.text("ab", max_size=2),
    lambda inner: st.dictionaries(st.sampled_from("xyz"), inner, max_size=2) | st.lists(inner, max_size=2),
    max_leaves=4,
)
PERSON = st.fixed_dictionaries(
    {
        "attributes": st.dictionaries(st.sampled_from("xyz"), VALUE, max_size=3),
        "tags": st.dictionaries(st.sampled_from("pq"), st.sampled_from(["1", True]), max_size=2),
        "events": st.integers(0, 2),
    }
)
# Which of those before each is merged with. All is drawn before anything is done: an example that is broken off in the
# middle (pytest's time-out) would otherwise be reported as a strategy that draws differently each time.
WITH_WHOM = st.tuples(st.just(0), st.integers(0, 1), st.integers(0, 2))
serial = count()


class MergingProperties(TestCase):
    pytestmark = pytest.mark.django_db

    @settings(max_examples=60, deadline=None)
    @given(st.lists(ITEM, min_size=1, max_size=7), st.randoms(use_true_random=False), st.integers(1, 3))
    def test_any_order_of_the_same_facts_gives_the_same_people(
        self, facts: list[set[IdentityKey]], chance: random.Random, size: int
    ) -> None:
        items = [tuple(sorted(fact)) for fact in facts]
        shuffled = chance.sample(items, len(items))
        partitions = []
        for order, at_once in ((items, 1), (shuffled, 1), (shuffled, size)):
            workspace = Workspace.objects.create(slug=f"w{next(serial)}", name="x")
            for start in range(0, len(order), at_once):
                resolve(workspace.id, order[start : start + at_once])
            partitions.append(_people(workspace))
        assert partitions[0] == partitions[1] == partitions[2] == _components(items)

    @settings(max_examples=40, deadline=None)
    @given(st.lists(PERSON, min_size=2, max_size=4), st.permutations(range(4)), WITH_WHOM)
    def test_merging_and_undoing_in_turn_gives_the_former_state(
        self, people: list[dict[str, Any]], ages: list[int], with_whom: tuple[int, ...]
    ) -> None:
        workspace = Workspace.objects.create(slug=f"w{next(serial)}", name="x")
        ids = [_make(workspace, number, person) for number, person in enumerate(people)]
        # Whose change is newer decides, so the instants must be told apart.
        for one, age in zip(ids, ages, strict=False):
            Profile.objects.filter(id=one).update(updated_at=NOW + timedelta(days=9, hours=age))
        states, merges = [whole_state("profiles")], []
        for place, choice in zip(range(1, len(ids)), with_whom, strict=False):
            merges.append(merge_by_hand(workspace, ids[choice % place], ids[place], NOW, None, ""))
            states.append(whole_state("profiles"))
        for merge in reversed(merges):
            assert whole_state("profiles") == states.pop()
            undo(workspace, merge.id, NOW, None)
        assert whole_state("profiles") == states.pop()


def _make(workspace: Workspace, number: int, person: dict[str, Any]) -> UUID:
    key = IdentityKey("email", f"{number}@x")
    change = PersonChange(person["attributes"], person["tags"])
    events = [
        IncomingEvent({}, "seen", [key], event_id=f"{workspace.slug}/{number}/{place}")
        for place in range(person["events"])
    ]
    profile = upsert(workspace, [key], change, [], NOW).profile_id
    assert not ingest(workspace, events, NOW).rejected
    return profile


def _people(workspace: Workspace) -> set[frozenset[IdentityKey]]:
    found: dict[UUID, set[IdentityKey]] = {}
    for profile, type_, value in Identity.objects.filter(workspace=workspace).values_list(
        "profile_id", "type", "value"
    ):
        found.setdefault(profile, set()).add(IdentityKey(type_, value))
    return {frozenset(keys) for keys in found.values()}


def _components(items: Sequence[Sequence[IdentityKey]]) -> set[frozenset[IdentityKey]]:
    """The slow and obvious way: join what overlaps until nothing does."""
    found = [set(keys) for keys in items]
    again = True
    while again:
        again = False
        for one in found:
            for other in found:
                if one is not other and one & other:
                    one |= other
                    found.remove(other)
                    again = True
                    break
            if again:
                break
    return {frozenset(keys) for keys in found}
