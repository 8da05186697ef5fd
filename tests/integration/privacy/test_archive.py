"""The archive of a person has rows of every table that says something of them, and nothing that is somebody else's."""

from typing import Any

import orjson
import pytest

from channels_app.models import ChannelAccount, Greeting, Suppression
from config.exported_tables import SECTIONS
from profiles.computed import catalogue
from profiles.merging.by_hand import merge_by_hand
from profiles.merging.undo import undo
from profiles.models import IdentityConflict, Profile
from profiles.privacy import erasure, export, links
from tests.fixtures.computing import settle
from tests.fixtures.world import DAY, HOUR, MINUTE, T0, World
from tests.integration.privacy.marks import OPENID
from tests.integration.privacy.somebody import NAME, PHONE, SECRET, Somebody

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(db: None) -> World:
    return World()


@pytest.fixture
def somebody(world: World) -> Somebody:
    somebody = Somebody(world)
    somebody.live()
    return somebody


def archive(profile_id: Any) -> dict[str, Any]:
    profile = Profile.objects.get(pk=profile_id)
    subject = erasure.subject_of(profile.workspace_id, profile.pk)
    found: dict[str, Any] = orjson.loads(b"".join(export.archive(profile, subject, T0 + DAY)))
    return found


def test_every_section_has_what_its_tables_have(somebody: Somebody) -> None:
    profile = Profile.objects.get(pk=somebody.id)
    own = {"workspace": somebody.world.workspace, "account": ChannelAccount.objects.get()}
    Greeting.objects.create(**own, code_hash="h", userid="staff", external_userid=OPENID, received_at=T0)
    links.revoke(profile, T0)
    workspace = {"workspace": somebody.world.workspace}
    IdentityConflict.objects.create(**workspace, profile=profile, type="device", value="shared")
    Suppression.objects.create(**workspace, channel="sms", address=PHONE, source="reply", reason="R", at=T0)
    found = archive(somebody.id)
    assert {section for section in SECTIONS.values() if not found[section]} == set()


def test_the_past_is_in_it(somebody: Somebody) -> None:
    found = archive(somebody.id)
    assert {"name": NAME} in [one["attributes"] for one in found["changes"]]
    assert SECRET in {one["key"] for one in found["tag_assignments"]}
    assert [one["left_at"] for one in found["segment_stays"]] == ["2026-03-03T02:00:00+00:00"]
    assert found["former_ids"] == [{"id": str(somebody.former)}]
    held = [one for one in found["merges"] if one["undone_at"] is None]
    assert [one["survivor_id"] for one in held] == [str(somebody.id)]
    assert {one["id"] for one in held[0]["before"]} == {str(somebody.id), str(somebody.former)}
    assert "profiles_tagassignment" in {one["table"] for one in held[0]["put_aside"]}
    assert found["audit"][0].keys() == {"at", "action", "reason"}


def test_what_is_computed_of_them_is_in_it_with_its_definition(world: World) -> None:
    person = world.person(name="甲")
    world.happen(person, "order_paid", T0, amount=20)
    definition = {"kind": "sum", "event": "order_paid", "property": "amount"}
    catalogue.create(world.workspace, "attribute", "spent", "消费", "", definition, T0)
    catalogue.create(world.workspace, "attribute", "seen", "浏览", "", {"kind": "count", "event": "seen"}, T0)
    assert archive(person)["computed"] == []
    settle(world, T0 + MINUTE)
    found = {one["key"]: one for one in archive(person)["computed"]}
    assert found["spent"]["values"] == {"spent": 20}
    assert found["spent"]["definition"]["property"] == "amount"
    assert "seen" not in found, "nothing has been computed"


def test_of_a_merge_that_was_taken_back_nothing_of_the_other_person_is_in_it(world: World) -> None:
    one, other = world.person(phone="+8613911112222", name="甲"), world.person(email="b@example.com", name="毋庸置疑")
    merge = merge_by_hand(world.workspace, one, other, T0, None, "same", force=True)
    undo(world.workspace, merge.pk, T0 + HOUR, None, "not the same")
    for person, theirs, others in ((one, "甲", "毋庸置疑"), (other, "毋庸置疑", "甲")):
        found = archive(person)
        assert [entry["undone_at"] for entry in found["merges"]] == ["2026-03-02T03:00:00+00:00"]
        assert theirs in str(found["merges"])
        assert others not in str(found)
