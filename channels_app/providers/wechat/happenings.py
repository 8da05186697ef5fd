"""What WeChat's messages and events say, in the words of channels: events, windows, replies, credits, receipts.

https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Receiving_event_pushes.html
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from channels_app.providers.errors import MalformedCallback
from channels_app.providers.inbound import (
    CreditChange,
    Inbound,
    InboundEvent,
    Interaction,
    ProviderReceipt,
    ProviderReply,
)
from channels_app.providers.refusal import WORDS_OF_A_CHAT, refuses
from channels_app.providers.wechat.payloads import OPENID

SCENE_PREFIX = "qrscene_"
SUBSCRIBED = "wechat_subscribed"
MOST_TEXT = 2000
# Of a sent subscribe message: the person has refused the template, and allows none any more.
REFUSED = "43101"
# Items of a tapped menu that open a window; a link (VIEW) opens none.
MENU = frozenset({"CLICK", "scancode_push", "scancode_waitmsg"})


@dataclass(frozen=True, slots=True)
class Happening:
    """One callback: who (`openid`), when, and under which key a repetition is known."""

    message: Mapping[str, Any]
    appid: str
    openid: str
    at: datetime
    key: str
    identity: str

    def text(self, name: str) -> str:
        value = self.message.get(name)
        return "" if value is None or isinstance(value, dict | list) else str(value)[:MOST_TEXT]

    def event(
        self, name: str, properties: Mapping[str, Any] | None = None, traits: Mapping[str, Any] | None = None
    ) -> InboundEvent:
        identities = {self.identity: self.openid}
        if union := self.text("UnionID") or self.text("UnionId"):
            identities["wechat_unionid"] = union
        shown = {"appid": self.appid, **{k: v for k, v in (properties or {}).items() if v != ""}}
        return InboundEvent(self.key, name, identities, self.at, shown, traits or {})

    def turned(self, kind: str) -> tuple[Interaction, ...]:
        return (Interaction(self.openid, kind, self.at),)


def inbound_of(message: Mapping[str, Any], appid: str, *, mini_program: bool) -> Inbound:
    """Raises MalformedCallback if a part that WeChat always sends is missing."""
    openid, kind, name = (str(message.get(part) or "") for part in ("FromUserName", "MsgType", "Event"))
    if not OPENID.fullmatch(openid) or not kind or (kind == "event" and not name):
        raise MalformedCallback("FromUserName, MsgType or Event is missing")
    happening = Happening(
        message,
        appid,
        openid,
        instant(message.get("CreateTime"), "CreateTime"),
        _key(message, appid, openid, name),
        "wechat_mini_openid" if mini_program else "wechat_openid",
    )
    if kind != "event":
        return _written(happening, kind)
    read = EVENTS.get(name) or (_menu if name in MENU else None)
    return read(happening) if read else Inbound(events=(happening.event("wechat_event", {"event": name[:64]}),))


def instant(value: object, name: str) -> datetime:
    """Read WeChat's seconds since 1970. Raises MalformedCallback."""
    try:
        return datetime.fromtimestamp(int(str(value)[:12]), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise MalformedCallback(f"{name} is not a time") from error


def _key(message: Mapping[str, Any], appid: str, openid: str, name: str) -> str:
    """WeChat's own advice: messages are told apart by MsgId, events by FromUserName and CreateTime.

    A person can do two things in a second, so what they did is part of the key.
    """
    if not name and message.get("MsgId"):
        return f"wechat:{appid}:{str(message['MsgId'])[:64]}"
    told = "\n".join(str(message.get(part, "")) for part in ("EventKey", "MsgID", "MenuId", "MsgType", "Content"))
    digest = hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"wechat:{appid}:{openid}:{message.get('CreateTime')}:{name[:64]}:{digest}"


def _written(happening: Happening, kind: str) -> Inbound:
    content = happening.text("Content")
    about = {
        "type": kind[:32],
        "content": content,
        "menu_id": happening.text("bizmsgmenuid"),
        "media_id": happening.text("MediaId"),
        "picture": happening.text("PicUrl"),
        "location": happening.text("Label"),
        "latitude": happening.text("Location_X"),
        "longitude": happening.text("Location_Y"),
        "title": happening.text("Title"),
        "url": happening.text("Url"),
    }
    opts_out = kind == "text" and refuses(content, WORDS_OF_A_CHAT)
    reply = ProviderReply(
        f"reply:{happening.key}", happening.openid, content, opts_out, happening.at, dict(happening.message)
    )
    event = happening.event("wechat_message", about)
    return Inbound(replies=(reply,), events=(event,), interactions=happening.turned("message"))


def _followed(happening: Happening) -> Inbound:
    scene = happening.text("EventKey").removeprefix(SCENE_PREFIX)
    about = {"scene": scene, "ticket": happening.text("Ticket")}
    event = happening.event("wechat_subscribe", about, {SUBSCRIBED: True})
    return Inbound(events=(event,), interactions=happening.turned("follow"))


def _left(happening: Happening) -> Inbound:
    return Inbound(events=(happening.event("wechat_unsubscribe", traits={SUBSCRIBED: False}),))


def _scanned(happening: Happening) -> Inbound:
    """SCAN comes only from people who follow already; its scene has no prefix."""
    about = {"scene": happening.text("EventKey").removeprefix(SCENE_PREFIX), "ticket": happening.text("Ticket")}
    event = happening.event("wechat_scan", about, {SUBSCRIBED: True})
    return Inbound(events=(event,), interactions=happening.turned("scan"))


def _menu(happening: Happening) -> Inbound:
    event = happening.event("wechat_menu_click", {"key": happening.text("EventKey")})
    return Inbound(events=(event,), interactions=happening.turned("menu"))


def _viewed(happening: Happening) -> Inbound:
    return Inbound(events=(happening.event("wechat_menu_view", {"url": happening.text("EventKey")}),))


def _located(happening: Happening) -> Inbound:
    about = {name.lower(): happening.text(name) for name in ("Latitude", "Longitude", "Precision")}
    return Inbound(events=(happening.event("wechat_location", about),))


def _entered(happening: Happening) -> Inbound:
    about = {"session_from": happening.text("SessionFrom")}
    event = happening.event("wechat_enter_session", about)
    return Inbound(events=(event,), interactions=happening.turned("enter_session"))


def _finished(happening: Happening) -> Inbound:
    """`success`, `failed:user block`, `failed: system failed` (with the space)."""
    status = happening.text("Status").strip()
    code = "" if status == "success" else status.partition(":")[2].strip() or status
    number = happening.text("MsgID") or happening.text("MsgId")
    return Inbound(receipts=(_receipt(happening, number, code, status, f"jobfinish:{number}:{status}"[:255]),))


def _mass_finished(happening: Happening) -> Inbound:
    """Of nobody in particular, so it goes by its number alone."""
    status, number = happening.text("Status").strip(), happening.text("MsgID") or happening.text("MsgId")
    code = "" if status in {"send success", "sendsuccess"} else status
    receipt = _receipt(happening, number, code, status, f"massfinish:{number}:{status}"[:255], address="")
    return Inbound(receipts=(receipt,))


def _receipt(
    happening: Happening, number: str, code: str, detail: str, dedup_key: str, address: str | None = None
) -> ProviderReceipt:
    if not number:
        raise MalformedCallback("MsgID is missing")
    return ProviderReceipt(
        dedup_key=dedup_key,
        attempt=None,
        provider_id=number[:128],
        address=happening.openid if address is None else address,
        outcome="failed" if code else "delivered",
        code=code[:128],
        detail=detail[:1000],
        reported_at=happening.at,
        payload=dict(happening.message),
        # WeChat echoes nothing of ours: a report that overtakes the answer to its call is told by the openid.
        by_address=True,
    )


def _entries(happening: Happening, wrapper: str) -> list[Mapping[str, Any]]:
    """XML wraps the list once more than JSON does, and a list of one is an object in both."""
    outer = happening.message.get(wrapper)
    found = (outer if isinstance(outer, Mapping) else happening.message).get("List")
    listed = found if isinstance(found, list) else [found]
    entries = [entry for entry in listed if isinstance(entry, Mapping) and entry.get("TemplateId")]
    if len(entries) < len(listed):
        raise MalformedCallback("List is no list of templates")
    return entries


def _asked(happening: Happening) -> Inbound:
    """A person answered the request to subscribe: each `accept` allows one message, a `reject` takes none back."""
    return _subscriptions(happening, "SubscribeMsgPopupEvent", {"accept": 1})


def _changed(happening: Happening) -> Inbound:
    """A person changed the settings of an account's notices: a `reject` takes back all that is left."""
    return _subscriptions(happening, "SubscribeMsgChangeEvent", {"reject": None})


def _subscriptions(happening: Happening, wrapper: str, changes: Mapping[str, int | None]) -> Inbound:
    granted: list[CreditChange] = []
    events: list[InboundEvent] = []
    for index, entry in enumerate(_entries(happening, wrapper)):
        template, status = str(entry["TemplateId"])[:100], str(entry.get("SubscribeStatusString") or "")[:32]
        about = {"template_id": template, "status": status, "popup_scene": str(entry.get("PopupScene") or "")}
        key = f"{happening.key}:{index}"
        event = happening.event("wechat_subscription", about)
        events.append(InboundEvent(key, event.name, event.identities, event.occurred_at, event.properties))
        if status in changes:
            dedup_key = f"{wrapper}:{key}:{template}"[:255]
            granted.append(CreditChange(dedup_key, happening.openid, template, changes[status], happening.at))
    return Inbound(events=tuple(events), credits=tuple(granted))


def _sent(happening: Happening) -> Inbound:
    receipts, taken_back = [], []
    for entry in _entries(happening, "SubscribeMsgSentEvent"):
        number, code = str(entry.get("MsgID") or ""), str(entry.get("ErrorCode") or "0")
        status = str(entry.get("ErrorStatus") or "")
        failed = "" if code == "0" else code
        receipt = _receipt(happening, number, failed, status, f"subscribesent:{number}:{code}"[:255])
        receipts.append(receipt)
        if code == REFUSED:
            key, template = f"refused:{number}"[:255], str(entry["TemplateId"])[:100]
            taken_back.append(CreditChange(key, happening.openid, template, None, happening.at))
    return Inbound(receipts=tuple(receipts), credits=tuple(taken_back))


EVENTS: dict[str, Callable[[Happening], Inbound]] = {
    "subscribe": _followed,
    "unsubscribe": _left,
    "SCAN": _scanned,
    "VIEW": _viewed,
    "view_miniprogram": _viewed,
    "LOCATION": _located,
    "user_enter_tempsession": _entered,
    "TEMPLATESENDJOBFINISH": _finished,
    "MASSSENDJOBFINISH": _mass_finished,
    "subscribe_msg_popup_event": _asked,
    "subscribe_msg_change_event": _changed,
    "subscribe_msg_sent_event": _sent,
}
