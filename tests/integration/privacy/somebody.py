"""A person who has left a mark wherever one can be left, and a search for them in every table of the database."""

from collections.abc import Iterator
from uuid import uuid4

from django.db import connection, transaction

from channels_app.models import (
    CallTry,
    ChannelAccount,
    CreditEntry,
    Interaction,
    Message,
    Receipt,
    ShortLink,
    WebhookCall,
)
from journeys.models import InboxEntry, JourneyComment, StaffTask
from profiles.choices import ConsentStatus
from profiles.consent import ConsentEntry, record
from profiles.identity_values import normalise
from profiles.merging.aliases import current_id
from profiles.merging.by_hand import merge_by_hand
from profiles.merging.undo import undo
from profiles.models import (
    Identity,
    IdentityConflict,
    Profile,
    ProfileAlias,
    RejectedEvent,
    SegmentMember,
    SegmentStay,
    TagAssignment,
)
from tests.fixtures.graphs import GOAL, graph, send, wait
from tests.fixtures.world import DAY, MINUTE, T0, World
from tests.integration.privacy.marks import MAIL, NAME, OPENID, PHONE, SECRET, TRACES, leave_marks_of_profiles

__all__ = ["MAIL", "NAME", "PHONE", "SECRET", "Somebody", "every_row", "traces"]


def every_row() -> Iterator[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("select tablename from pg_tables where schemaname = 'public' order by 1")
        for (table,) in cursor.fetchall():
            cursor.execute(f'select t::text from "{table}" t')
            yield from ((table, row) for (row,) in cursor.fetchall())


def traces() -> set[str]:
    """The tables in which something of the person can be read."""
    return {table for table, row in every_row() if any(trace.lower() in row.lower() for trace in TRACES)}


class Somebody:
    """A person who has left a mark wherever one can be left."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.template = world.sms(state="approved")
        self.account = ChannelAccount.objects.get(workspace=world.workspace)
        self.id = world.person(phone=PHONE, name=NAME, note=SECRET, deep={"list": [f"call {PHONE}", SECRET]})
        for kind, value in (("email", MAIL), ("wechat_openid", OPENID)):
            key = normalise(kind, value)
            Identity.objects.create(workspace=world.workspace, profile_id=self.id, type=key.type, value=key.value)
        Profile.objects.filter(pk=self.id).update(tags={SECRET: NAME})

    def live(self) -> None:
        world = self.world
        with transaction.atomic():
            proof = {"content": SECRET, "phone": PHONE, "ip_hash": "abc"}
            granted = ConsentEntry("sms", "marketing", ConsentStatus.GRANTED, "form", T0, "sms-1", proof)
            record(world.workspace, self.id, [granted], T0)
        self.waiting = world.journey(
            graph(
                {"say": send(params={"name": "{{ profile.name }} {{ event.who }}"}), "pause": wait("P3D")},
                ["start -> say", "say -> pause"],
                goals=[{**GOAL, "where": [{"key": "receiver", "cmp": "exists"}]}],
            )
        )
        self.run = world.enrolled(self.waiting, self.id, who=SECRET, phone=PHONE)[0]
        world.tick(T0)
        world.happen(self.id, "order_paid", T0 + MINUTE, event_id=f"o-{SECRET}", amount=9, receiver=PHONE, to=NAME)
        world.tick(T0 + MINUTE)
        self.leave_marks()

    def leave_marks(self) -> None:
        world, account, own = self.world, self.account, {"workspace": self.world.workspace}
        sent = Message.objects.get(profile_id=self.id)
        Message.objects.filter(pk=sent.pk).update(state="delivered", error_detail=f"to {PHONE}")
        Receipt.objects.create(
            **own, account=account, message_id=sent.pk, dedup_key=f"report:1:{PHONE}", outcome="delivered",
            reported_at=T0, payload={"phone_number": PHONE[3:]},
        )  # fmt: skip
        Receipt.objects.create(
            **own, account=account, dedup_key=f"reply:{PHONE}", outcome="replied", reported_at=T0,
            payload={"phone_number": 13911112222, "content": SECRET},
        )  # fmt: skip
        ShortLink.objects.create(
            **own, account=account, code="abc1234", target=f"https://x.example/?u={SECRET}", message_id=sent.pk,
            param="link", address=PHONE, created_at=T0, expires_at=T0 + DAY,
        )  # fmt: skip
        CallTry.objects.create(
            **own, account=account, message_id=sent.pk, attempt=uuid4(), number=1, address=PHONE, result="busy",
            reported_at=T0,
        )  # fmt: skip
        Interaction.objects.create(**own, account=account, address=OPENID, kind="message", at=T0)
        CreditEntry.objects.create(
            **own, account=account, address=OPENID, template_code="t", change=1, at=T0, dedup_key=f"c:{OPENID}"
        )
        WebhookCall.objects.create(
            **own, profile_id=self.id, journey_id=uuid4(), version_id=uuid4(), enrollment_id=self.run.id, node="n",
            method="POST", host="x.example", request={"body": SECRET}, not_before=T0, requested_at=T0,
        )  # fmt: skip
        StaffTask.objects.create(
            **own, journey_id=self.waiting.pk, enrollment_id=self.run.id, node="n", profile_id=self.id,
            content=f"致电 {NAME}", note=SECRET, materials=[SECRET], created_at=T0, due_at=T0,
        )  # fmt: skip
        InboxEntry.objects.create(
            workspace_id=world.workspace.pk, lane=0, enrollment_id=self.run.id, kind="event", name="x",
            occurred_at=T0, payload={"to": NAME, "who": SECRET}, not_before=T0 + 400 * DAY,
        )  # fmt: skip
        JourneyComment.objects.create(**own, journey=self.waiting, text=f"{NAME} ({PHONE[3:]}) 投诉，勿扰 {MAIL}")
        RejectedEvent.objects.create(**own, code="x", detail=f"bad {PHONE}", payload={"identities": {"email": MAIL}})
        SegmentMember.objects.create(workspace_id=world.workspace.pk, segment_id=uuid4(), profile_id=self.id, since=T0)
        friend = world.person(name="朋友", gives=f"to {MAIL}")
        world.happen(friend, "gift", T0 + MINUTE, receiver={"phone": PHONE, "names": ["甲"]}, amount=5)
        IdentityConflict.objects.create(**own, profile_id=friend, type="phone", value=PHONE)
        self.merged_into()
        leave_marks_of_profiles(self.world, self.id, self.account)

    def merged_into(self) -> None:
        """Somebody who has turned out to be them, and somebody who was taken for them by mistake."""
        world = self.world
        former = world.person(wechat_unionid="oUNMISTAKABLE-0001", name=NAME, note=SECRET)
        world.happen(former, "signed_up", T0, event_id=f"s-{SECRET}", to=NAME)
        SegmentStay.objects.create(
            workspace_id=world.workspace.pk, segment_id=uuid4(), profile_id=former, entered_at=T0, left_at=T0 + DAY
        )
        for tag_of in (former, self.id):
            TagAssignment.objects.create(
                workspace_id=world.workspace.pk, profile_id=tag_of, key="vip", value=NAME, source="manual", at=T0
            )
        merge_by_hand(world.workspace, self.id, former, T0 + MINUTE, None, f"{NAME} {PHONE}", force=True)
        self.id = current_id(world.workspace.pk, self.id)
        self.former = former if former != self.id else ProfileAlias.objects.get().pk
        mistaken = world.person(email="else@example.com")
        wrong = merge_by_hand(world.workspace, self.id, mistaken, T0 + MINUTE, None, SECRET, force=True)
        undo(world.workspace, wrong.pk, T0 + MINUTE, None, f"不是 {NAME}")
        self.id = current_id(world.workspace.pk, self.id)
