"""What WeCom's callbacks say of groups of customers (客户群).

https://developer.work.weixin.qq.com/document/path/92130 (群聊创建, 变更, 解散事件)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channels_app.providers.errors import MalformedCallback
from channels_app.providers.inbound import InboundEvent

IDENTITY = "wecom_external_userid"
JOINED, LEFT = "add_member", "del_member"
NAMES = {JOINED: "wecom_chat_joined", LEFT: "wecom_chat_left"}
CHANGES = frozenset({"create", "update", "dismiss"})
LONGEST = 255
# How somebody came into a group, and how they left it.
JOIN_SCENES = {0: "invited", 1: "invited_by_link", 3: "qr_code"}
QUIT_SCENES = {0: "left", 1: "removed"}
DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class ChatChanged:
    """A group was founded, changed or dissolved. `named`: the callback itself says who came or went."""

    chat_id: str
    change: str
    detail: str
    scene: str
    at: datetime
    named: bool

    @property
    def dismissed(self) -> bool:
        return self.change == "dismiss"


def changed_of(event: Mapping[str, Any], at: datetime) -> tuple[ChatChanged, Sequence[str]]:
    """Read a `change_external_chat`: what changed, and the customers it names. Raises MalformedCallback."""
    chat_id, change, detail = (event.get(name, "") for name in ("ChatId", "ChangeType", "UpdateDetail"))
    if not isinstance(chat_id, str) or not chat_id or len(chat_id) > LONGEST:
        raise MalformedCallback(f"ChatId is missing or no text of at most {LONGEST} characters")
    if change not in CHANGES or not isinstance(detail, str):
        raise MalformedCallback("ChangeType is none of a group's")
    listed = event.get("MemChangeList")
    items = listed.get("Item") if isinstance(listed, Mapping) else None
    people = items if isinstance(items, list) else [items]
    # Members of staff have ids of their own choosing; customers' begin with these letters.
    customers = [p for p in people if isinstance(p, str) and p[:2] in {"wm", "wo"} and len(p) <= LONGEST]
    named = items is not None and detail in NAMES
    return ChatChanged(chat_id, change, detail, _scene(event, change, detail), at, named), customers if named else ()


def _scene(event: Mapping[str, Any], change: str, detail: str) -> str:
    if change == "dismiss":
        return DISMISSED
    field, scenes = ("JoinScene", JOIN_SCENES) if detail == JOINED else ("QuitScene", QUIT_SCENES)
    number = event.get(field)
    return scenes.get(int(number), "") if isinstance(number, str) and number.isascii() and number.isdigit() else ""


def chat_event(settings: Mapping[str, Any], kind: str, change: ChatChanged, customer: str) -> InboundEvent:
    """Say that a customer has joined a group (`add_member`) or left it (`del_member`)."""
    parts = (kind, change.chat_id, customer, str(int(change.at.timestamp())))
    scene = change.scene if change.dismissed or kind == change.detail else ""
    return InboundEvent(
        event_id=":".join(("wecom", str(settings.get("corp_id", "")), *parts))[:LONGEST],
        name=NAMES[kind],
        identities={IDENTITY: customer},
        occurred_at=change.at,
        properties={"chat_id": change.chat_id, **({"scene": scene} if scene else {})},
    )
