"""Marks of a person in the tables that are beside their profile: files, catalogue, suggestions, models."""

import io
from typing import Any
from uuid import UUID, uuid4

from channels_app.models import ChannelAccount, GroupChat, MediaFile
from profiles import event_catalogue
from profiles.exports import jobs as exports
from profiles.models import (
    Arrival,
    ClassSpell,
    ComputedDue,
    ComputedMark,
    EventTally,
    Export,
    Import,
    ImportKey,
    KeptApart,
    MatchSuggestion,
    PersonHistory,
    RejectedEvent,
    SegmentCheck,
    SegmentDue,
)
from tests.fixtures.imports import csv_file, performed, suggested, uploaded
from tests.fixtures.world import MINUTE, T0, World
from workspaces import audit
from workspaces.models import AuditAction

PHONE, MAIL, OPENID = "+8613911112222", "unmistakable.person@example.com", "oUNMISTAKABLE000000000001"
NAME, SECRET = "毋庸置疑", "UNMISTAKABLE-SECRET"
TRACES = (PHONE, "13911112222", "unmistakable", NAME)


def leave_marks_of_profiles(world: World, person: UUID, account: ChannelAccount) -> None:
    own: dict[str, Any] = {"workspace_id": world.workspace.pk}
    theirs = {**own, "profile_id": person}
    other = uuid4()
    event_catalogue.fold()
    PersonHistory.objects.create(**theirs, at=T0, attributes={"name": NAME}, tags={SECRET: NAME})
    ComputedMark.objects.create(**theirs, name="order_paid")
    ComputedDue.objects.create(**theirs, computed_id=uuid4(), due_at=T0)
    ClassSpell.objects.create(**theirs, computed_id=uuid4(), label=SECRET, since=T0)
    SegmentDue.objects.create(**theirs, segment_id=uuid4(), due_at=T0)
    SegmentCheck.objects.create(**theirs, at=T0, changed=[f"attribute.{SECRET}"])
    Arrival.objects.create(**own, profile_id=person, home_id=other, kind="event", ref=uuid4())
    Arrival.objects.create(**own, profile_id=other, home_id=person, kind="event", ref=uuid4())
    KeptApart.objects.create(**own, first_id=person, second_id=other, at=T0)
    MatchSuggestion.objects.create(
        **own, first_id=other, second_id=person, weight=9, probability=0.99, explanation={"name": [NAME, NAME]},
        found_at=T0,
    )  # fmt: skip
    # A tally that is not added up yet, beside the examples that are known already.
    world.happen(person, "gave", T0 + MINUTE, to=NAME, word=SECRET)
    assert EventTally.objects.filter(name="gave").exists()
    RejectedEvent.objects.create(
        **own, code="attributes_too_large", detail="", payload={"name": NAME}, reader={"by": "traits", "profile": str(person)}
    )  # fmt: skip
    GroupChat.objects.create(
        **own, account=account, chat_id="c1", name=f"群 {PHONE}", notice=f"找 {MAIL}", customers=[OPENID, "wm-other"],
        synced_at=T0,
    )  # fmt: skip
    MediaFile.objects.create(
        **own, key="k", name=f"{PHONE[3:]}.png", kind="image", content=b"", size=0, digest="", created_at=T0
    )
    audit.record(
        world.workspace.pk, AuditAction.UNMASKED, T0, by="小李", profile_id=person, reason=f"{PHONE} 来电",
        data={"asked": MAIL},
    )  # fmt: skip
    leave_files(world)


def leave_files(world: World) -> None:
    """An import that knows the person by a number with spaces, one of others, and an export of both."""
    rows = [["手机号", "姓名", "注册日期"], ["139 1111 2222", NAME, "31/31/2020"], ["13700000001", "甲", "2024-01-01"]]
    mine = uploaded(world.workspace, csv_file(rows, "gb18030"))
    performed(mine, suggested(mine))
    ImportKey.objects.create(workspace_id=world.workspace.pk, job_id=mine.pk, key=1)
    uploaded(world.workspace, io.BytesIO("手机号,姓名\n13700000002,乙\n".encode()), name="others.csv")
    job = exports.ask(
        world.workspace, "people", "csv", ["id", "attribute.name"], {}, masked=False, user=None, now=T0
    )  # fmt: skip
    while exports.advance_export(job.pk, T0):
        pass
    exports.ask(
        world.workspace, "events", "csv", ["id", "property.to"],
        {}, masked=False, user=None, now=T0,
    )  # fmt: skip
    exports.advance_export(Export.objects.latest("id").pk, T0)
    assert Import.objects.count() == 2
