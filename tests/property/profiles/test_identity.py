"""Any sequence of batches names people as the same items would one by one."""

from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from profiles.identity import resolve
from profiles.identity_values import read_identities
from profiles.merging.aliases import current_ids
from profiles.models import Identity, Profile
from workspaces.models import Workspace

ITEM = st.dictionaries(st.sampled_from(["user_id", "device", "email"]), st.sampled_from("abc"), min_size=1)


class IdentityProperties(TestCase):
    pytestmark = pytest.mark.django_db

    @settings(max_examples=60, deadline=None)
    @given(st.lists(ITEM, min_size=1, max_size=6))
    def test_a_batch_is_as_its_items_one_by_one(self, items: list[dict[str, str]]) -> None:
        people = [
            read_identities([(type_, f"{value}@x" if type_ == "email" else value) for type_, value in item.items()])
            for item in items
        ]
        together = Workspace.objects.create(slug="together", name="x")
        apart = Workspace.objects.create(slug="apart", name="x")
        at_once = resolve(together.id, people).profile_ids
        singly = [resolve(apart.id, [person]).profile_ids[0] for person in people]
        # Somebody may have been merged into another by a later item.
        present = current_ids(apart.id, singly)
        assert _shape(at_once) == _shape([present[one] for one in singly])
        assert Profile.objects.filter(workspace=together).count() == Profile.objects.filter(workspace=apart).count()
        for type_ in ("member_id", "user_id"):
            owners = list(Identity.objects.filter(type=type_).values_list("profile_id", flat=True))
            assert len(owners) == len(set(owners)), "a person has one id of such a type"


def _shape(ids: list[UUID]) -> list[int]:
    """Who is the same as whom, without saying who."""
    order = list(dict.fromkeys(ids))
    return [order.index(one) for one in ids]
