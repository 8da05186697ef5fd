"""Staff, tags, customers and their groups as the corporation has them, read step by step.

Each step is committed with its position.

https://developer.work.weixin.qq.com/document/path/92571, path/92994 (batch/get_by_user), path/92117 (tags)
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any
from uuid import UUID

import orjson
from django.db import IntegrityError, transaction
from django.utils import timezone

from channels_app.choices import SyncState
from channels_app.models import ChannelAccount, ContactSync, CorpTag, GroupChat, Staff
from channels_app.ports import ports
from channels_app.providers.errors import CallRefused, TransportError
from channels_app.providers.inbound import InboundEvent
from channels_app.providers.wecom.api import WecomApi
from channels_app.providers.wecom.chats import IDENTITY
from channels_app.reading import passes
from channels_app.wecom import group_chats
from channels_app.wecom.corporation import api_of

STAFF, TAGS, CUSTOMERS, GROUPS = "staff", "tags", "customers", "groups"
MEMBERS_A_STEP, MEMBERS_A_CALL, CUSTOMERS_A_PAGE, GROUPS_A_STEP = 20, 100, 100, 20
SYNCED = "wecom_contact_synced"
# No customer of a member is no fault: the code that says so answers an empty list.
NO_CUSTOMERS = "84061"
STALE = timedelta(seconds=60)


class TryLater(Exception):
    """The vendor cannot be asked now; the step is to be repeated."""


def start(account: ChannelAccount, now: datetime) -> ContactSync:
    """Begin a synchronisation, or return the one that is running. Raises DomainError for another vendor's account."""
    api_of(account)
    try:
        with transaction.atomic():
            sync = ContactSync.objects.create(
                workspace_id=account.workspace_id,
                account=account,
                position={"phase": STAFF, "next": 0},
                started_at=now,
                updated_at=now,
            )
    except IntegrityError:
        sync = ContactSync.objects.get(account=account, state=SyncState.RUNNING)
    for wanted in ports.sync_wanted:
        transaction.on_commit(lambda wanted=wanted: wanted(sync.pk))  # type: ignore[misc]  # a default binds it
    return sync


def overdue(now: datetime) -> list[UUID]:
    """Return the synchronisations that nobody has moved for a while."""
    return list(
        ContactSync.objects.filter(state=SyncState.RUNNING, updated_at__lt=now - STALE).values_list("pk", flat=True)
    )


def advance(sync_id: UUID, seconds: float = 5.0) -> bool:
    """Take steps for about `seconds`; tell whether more are to come. Raises TryLater."""
    until = monotonic() + seconds
    more = True
    while more and monotonic() < until:
        more = _step(sync_id)
    return more


def _step(sync_id: UUID) -> bool:
    sync = ContactSync.objects.select_related("account").filter(pk=sync_id, state=SyncState.RUNNING).first()
    if sync is None:
        return False
    steps = {STAFF: _staff, TAGS: _tags, CUSTOMERS: _customers, GROUPS: _groups}
    try:
        steps[sync.position["phase"]](sync, api_of(sync.account))
    except TransportError as error:
        if passes(error):
            raise TryLater(error.code) from error
        sync.state, sync.code, sync.detail, sync.finished_at = (
            SyncState.FAILED,
            error.code,
            error.detail,
            timezone.now(),
        )
    sync.updated_at = timezone.now()
    sync.save()
    return sync.state == SyncState.RUNNING


def _staff(sync: ContactSync, api: WecomApi) -> None:
    users = sync.position.get("users")
    if users is None:
        found = api.get("/cgi-bin/externalcontact/get_follow_user_list", {}).get("follow_user") or ()
        users = [str(user)[:64] for user in found]
    begin = int(sync.position["next"])
    for userid in users[begin : begin + MEMBERS_A_STEP]:
        Staff.objects.update_or_create(
            account=sync.account,
            userid=userid,
            defaults={
                "workspace_id": sync.workspace_id,
                "active": True,
                "synced_at": timezone.now(),
                **_known_of(api, userid),
            },
        )
    after = begin + MEMBERS_A_STEP
    sync.staff = min(after, len(users))
    if after < len(users):
        sync.position = {"phase": STAFF, "users": users, "next": after}
        return
    Staff.objects.filter(account=sync.account).exclude(userid__in=users).update(active=False)
    sync.position = {"phase": TAGS, "users": users}


def _known_of(api: WecomApi, userid: str) -> dict[str, Any]:
    """A member's name and departments, where the app may see them."""
    try:
        user = api.get("/cgi-bin/user/get", {"userid": userid}, "app")
    except CallRefused as error:
        if passes(error):
            raise
        return {}
    departments = [number for number in user.get("department") or () if isinstance(number, int)]
    return {"name": str(user.get("name") or "")[:100], "department": departments}


def _tags(sync: ContactSync, api: WecomApi) -> None:
    sync.tags = _read_tags(sync.account, api)
    sync.position = {"phase": CUSTOMERS, "users": sync.position["users"], "next": 0, "cursor": ""}


def read_tags(account: ChannelAccount) -> int:
    """Read the corporation's tags. Raises TransportError."""
    return _read_tags(account, api_of(account))


def _read_tags(account: ChannelAccount, api: WecomApi) -> int:
    groups = api.post("/cgi-bin/externalcontact/get_corp_tag_list", {}).get("tag_group") or ()
    known: list[str] = []
    for group in groups:
        for tag in group.get("tag") or ():
            known.append(str(tag["id"]))
            CorpTag.objects.update_or_create(
                account=account,
                tag_id=str(tag["id"]),
                defaults={
                    "workspace_id": account.workspace_id,
                    "name": str(tag.get("name") or "")[:100],
                    "group_id": str(group.get("group_id") or "")[:64],
                    "group_name": str(group.get("group_name") or "")[:100],
                    "active": True,
                },
            )
    CorpTag.objects.filter(account=account).exclude(tag_id__in=known).update(active=False)
    return len(known)


def _customers(sync: ContactSync, api: WecomApi) -> None:
    users, begin = sync.position["users"], int(sync.position["next"])
    some = users[begin : begin + MEMBERS_A_CALL]
    if not some:
        sync.position = {"phase": GROUPS, "cursor": ""}
        return
    body = {"userid_list": some, "cursor": sync.position["cursor"], "limit": CUSTOMERS_A_PAGE}
    try:
        answer = api.post("/cgi-bin/externalcontact/batch/get_by_user", body)
    except CallRefused as error:
        if error.code != NO_CUSTOMERS:
            raise
        answer = {}
    names = dict(CorpTag.objects.filter(account=sync.account).values_list("tag_id", "name"))
    events = [_event(sync.account, names, row) for row in answer.get("external_contact_list") or ()]
    if events:
        ports.event_sink().take(sync.workspace_id, events, timezone.now())
    sync.customers += len(events)
    cursor = str(answer.get("next_cursor") or "")
    after = begin if cursor else begin + MEMBERS_A_CALL
    sync.position = {"phase": CUSTOMERS, "users": users, "next": after, "cursor": cursor}


def _groups(sync: ContactSync, api: WecomApi) -> None:
    """One call names some groups, and one more for each says who is in it."""
    chat_ids, cursor = group_chats.listed(api, sync.position["cursor"], GROUPS_A_STEP)
    sync.groups += group_chats.read(sync.account, api, chat_ids)
    sync.position = {"phase": GROUPS, "cursor": cursor}
    if not cursor:
        GroupChat.objects.filter(account=sync.account, synced_at__lt=sync.started_at).update(active=False)
        sync.state, sync.finished_at, sync.position = SyncState.DONE, timezone.now(), {}


def _event(account: ChannelAccount, names: Mapping[str, str], row: Mapping[str, Any]) -> InboundEvent:
    """Whose contact a customer is. Its id names what it says, so that reading the same again changes nothing."""
    contact, follow = row["external_contact"], row["follow_info"]
    customer, userid = str(contact["external_userid"]), str(follow["userid"])
    tags = sorted(names.get(tag, tag) for tag in follow.get("tag_id") or ())
    traits = {
        "wecom_owner": userid,
        "wecom_name": str(contact.get("name") or "")[:100],
        "wecom_tags": tags,
        **({"wecom_state": str(follow["state"])} if follow.get("state") else {}),
    }
    unionid = contact.get("unionid")
    said = hashlib.sha256(orjson.dumps([traits, unionid], option=orjson.OPT_SORT_KEYS)).hexdigest()[:24]
    return InboundEvent(
        event_id=f"wecom:{account.settings.get('corp_id')}:sync:{userid}:{customer}:{said}"[:255],
        name=SYNCED,
        identities={IDENTITY: customer, **({"wechat_unionid": str(unionid)} if unionid else {})},
        occurred_at=datetime.fromtimestamp(int(follow["createtime"]), UTC),
        properties={"userid": userid},
        traits=traits,
    )
