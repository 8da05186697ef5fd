"""Groups of customers (客户群): read from the corporation, and read again when a callback says that one has changed.

https://developer.work.weixin.qq.com/document/path/92120 (list), path/92122 (one group), path/92130 (callbacks)
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from channels_app.models import ChannelAccount, GroupChat
from channels_app.ports import ports
from channels_app.providers.errors import CallRefused
from channels_app.providers.inbound import InboundEvent
from channels_app.providers.wecom.api import WecomApi
from channels_app.providers.wecom.chats import IDENTITY, JOINED, LEFT, ChatChanged, chat_event
from channels_app.wecom.corporation import api_of

STAFF, CUSTOMER = 1, 2
# Every group, also of members who have left the corporation.
ALL = 0
NO_SUCH_CHAT = "40050"
SYNCED = "wecom_chat_synced"


def listed(api: WecomApi, cursor: str, limit: int) -> tuple[list[str], str]:
    """Return a page of groups' ids and the cursor of the next, empty at the end. Raises TransportError."""
    body = {"status_filter": ALL, "limit": limit, **({"cursor": cursor} if cursor else {})}
    answer = api.post("/cgi-bin/externalcontact/groupchat/list", body)
    return [str(row["chat_id"]) for row in answer.get("group_chat_list") or ()], str(answer.get("next_cursor") or "")


def read(account: ChannelAccount, api: WecomApi, chat_ids: Iterable[str]) -> int:
    """Read groups and tell of the customers in them; return how many groups were there. Raises TransportError."""
    events: list[InboundEvent] = []
    found = 0
    for chat_id in chat_ids:
        group = _asked(api, chat_id)
        if group is not None:
            found += 1
            chat = _kept(account, group)
            events += [_synced(account, chat, member) for member in _members(group, CUSTOMER)]
    if events:
        ports.event_sink().take(account.workspace_id, events, timezone.now())
    return found


def changed(account: ChannelAccount, change: ChatChanged) -> None:
    """Read the group that a callback names. Who came or went and was not named by it becomes an event here."""
    group = None if change.dismissed else _asked(api_of(account), change.chat_id)
    with transaction.atomic():
        before = GroupChat.objects.select_for_update().filter(account=account, chat_id=change.chat_id).first()
        known = list(before.customers) if before else []
        if group is None:
            GroupChat.objects.filter(account=account, chat_id=change.chat_id).update(
                active=False, customers=[], staff=[], synced_at=timezone.now()
            )
            now: list[str] = []
        else:
            now = _kept(account, group).customers
        if change.named or (before is None and change.change != "create"):
            # Of a group that was not known nobody can say who has come just now.
            return
        came = [customer for customer in now if customer not in known]
        went = [customer for customer in known if customer not in now]
        events = [chat_event(account.settings, JOINED, change, customer) for customer in came]
        events += [chat_event(account.settings, LEFT, change, customer) for customer in went]
        if events:
            ports.event_sink().take(account.workspace_id, events, timezone.now())


def _asked(api: WecomApi, chat_id: str) -> dict[str, Any] | None:
    """Return what the vendor says of a group, None if there is none any more."""
    try:
        answer = api.post("/cgi-bin/externalcontact/groupchat/get", {"chat_id": chat_id, "need_name": 1})
    except CallRefused as error:
        if error.code != NO_SUCH_CHAT:
            raise
        return None
    return dict(answer["group_chat"])


def _members(group: Mapping[str, Any], kind: int) -> list[dict[str, Any]]:
    return [row for row in group.get("member_list") or () if row.get("type") == kind and row.get("userid")]


def _kept(account: ChannelAccount, group: Mapping[str, Any]) -> GroupChat:
    founded = group.get("create_time")
    chat, _made = GroupChat.objects.update_or_create(
        account=account,
        chat_id=str(group["chat_id"])[:64],
        defaults={
            "workspace_id": account.workspace_id,
            "name": str(group.get("name") or "")[:100],
            "owner": str(group.get("owner") or "")[:64],
            "notice": str(group.get("notice") or ""),
            "staff": [str(row["userid"])[:64] for row in _members(group, STAFF)],
            "customers": [str(row["userid"])[:64] for row in _members(group, CUSTOMER)],
            "active": True,
            "founded_at": datetime.fromtimestamp(founded, UTC) if isinstance(founded, int) else None,
            "synced_at": timezone.now(),
        },
    )
    return chat


def _synced(account: ChannelAccount, chat: GroupChat, member: Mapping[str, Any]) -> InboundEvent:
    """That a customer is in a group. Its id names when they came, so that reading the same again changes nothing."""
    customer, joined = str(member["userid"])[:64], int(member.get("join_time") or 0)
    unionid = member.get("unionid")
    return InboundEvent(
        event_id=f"wecom:{account.settings.get('corp_id')}:chat:{chat.chat_id}:{customer}:{joined}"[:255],
        name=SYNCED,
        identities={IDENTITY: customer, **({"wechat_unionid": str(unionid)} if unionid else {})},
        occurred_at=datetime.fromtimestamp(joined, UTC) if joined else timezone.now(),
        properties={"chat_id": chat.chat_id, "chat_name": chat.name, "owner": chat.owner},
    )
