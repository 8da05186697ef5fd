"""Acts upon customer mass messages that members have not sent yet: remind them, or take the task back.

https://developer.work.weixin.qq.com/document/path/97610 (remind), path/97611 (cancel)
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from channels_app.choices import Channel, MessageState
from channels_app.models import ChannelAccount, Message
from channels_app.providers.base import Open
from channels_app.providers.errors import TransportError
from channels_app.providers.inbound import Inbound, ProviderReceipt
from channels_app.receipts import take_in
from channels_app.wecom.corporation import corp_of

MOST_TASKS = 500
CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class TaskAct:
    """What became of an act upon one task: `code` is empty if the vendor did it."""

    account_id: UUID
    msgid: str
    messages: int
    code: str = ""
    detail: str = ""


def waiting(messages: QuerySet[Message]) -> dict[tuple[UUID, str], list[Message]]:
    """Return the messages whose members have not sent them, by account and task."""
    open_ones = messages.filter(channel=Channel.WECOM_CUSTOMER, state=MessageState.ACCEPTED).exclude(provider_id="")
    tasks: dict[tuple[UUID, str], list[Message]] = defaultdict(list)
    for message in open_ones.order_by("id"):
        tasks[message.account_id, message.provider_id].append(message)
    return dict(list(tasks.items())[:MOST_TASKS])


def remind(messages: QuerySet[Message]) -> list[TaskAct]:
    """Have the vendor remind the members of each task; it does so at most 3 times in 24 hours."""
    acts = []
    for (account_id, msgid), rows in waiting(messages).items():
        account = ChannelAccount.objects.get(pk=account_id)
        acts.append(_act(account, msgid, len(rows), "remind_groupmsg_send"))
    return acts


def cancel(messages: QuerySet[Message], now: datetime) -> list[TaskAct]:
    """Take each task back. What members have sent before cannot be recalled, and counts as sent."""
    acts = []
    for (account_id, msgid), rows in waiting(messages).items():
        account = ChannelAccount.objects.get(pk=account_id)
        act = _act(account, msgid, len(rows), "cancel_groupmsg_send")
        if not act.code:
            act = _withdrawn(account, act, rows, now)
        acts.append(act)
    return acts


def _act(account: ChannelAccount, msgid: str, messages: int, api: str) -> TaskAct:
    try:
        corp_of(account).api.post(f"/cgi-bin/externalcontact/{api}", {"msgid": msgid})
    except TransportError as error:
        return TaskAct(account.pk, msgid, messages, error.code, error.detail)
    return TaskAct(account.pk, msgid, messages)


def _withdrawn(account: ChannelAccount, act: TaskAct, rows: Sequence[Message], now: datetime) -> TaskAct:
    """Ask once more who has sent, and let the rest of the messages fail."""
    open_ones = [
        Open(m.pk, m.attempt, m.provider_id, m.address, m.accepted_at or now) for m in rows if m.attempt is not None
    ]
    try:
        take_in(account, corp_of(account).poll(open_ones), now)
    except TransportError as error:
        return TaskAct(account.pk, act.msgid, act.messages, error.code, error.detail)
    left = Message.objects.filter(pk__in=[m.pk for m in rows], state=MessageState.ACCEPTED)
    receipts = tuple(
        ProviderReceipt(
            dedup_key=f"groupmsg:{act.msgid}:{address}:{CANCELLED}",
            attempt=None,
            provider_id=act.msgid,
            address=address,
            outcome=MessageState.FAILED,
            code=CANCELLED,
            detail="an operator took the task back",
            reported_at=now,
            payload={"msgid": act.msgid, "status": CANCELLED},
            message_id=id_,
        )
        for id_, address in left.values_list("pk", "address")
    )
    take_in(account, Inbound(receipts=receipts), now)
    return TaskAct(account.pk, act.msgid, len(receipts))
