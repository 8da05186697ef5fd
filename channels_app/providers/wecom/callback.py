"""WeCom's callbacks: always encrypted, answered within 5 s, repeated three times.

https://developer.work.weixin.qq.com/document/path/90930 (format), path/92130 (customer contact)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeAlias

from channels_app.providers.base import AccountConfig
from channels_app.providers.errors import ForgedCallback, MalformedCallback
from channels_app.providers.inbound import CallbackRequest, Inbound, InboundEvent, Received
from channels_app.providers.wechat import xml
from channels_app.providers.wechat.crypto import CallbackCrypto, aes_key
from channels_app.providers.wecom.chats import IDENTITY, ChatChanged, changed_of, chat_event

TEXT = "text/plain"
TAKEN = b"success"
ADDED = "wecom_contact_added"
# The events of customer contact by the vendor's ChangeType.
NAMES = {
    "add_external_contact": ADDED,
    "add_half_external_contact": "wecom_contact_half_added",
    "edit_external_contact": "wecom_contact_edited",
    "del_external_contact": "wecom_contact_removed",
    "del_follow_user": "wecom_contact_lost",
    "transfer_fail": "wecom_transfer_failed",
}
LONGEST = 255
# Beyond these a time is none that the vendor sends, and none that can be stored.
FIRST_SECOND, LAST_SECOND = 1_000_000_000, 10_000_000_000


@dataclass(frozen=True, slots=True)
class ContactAdded:
    """A customer has added a member; `welcome_code` is good for one welcome within 20 s, and may be missing."""

    userid: str
    external_userid: str
    state: str
    at: datetime
    welcome_code: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class TagsChanged:
    """The corporation's tags have changed."""


Urgent: TypeAlias = ContactAdded | TagsChanged | ChatChanged


def receive(account: AccountConfig, request: CallbackRequest) -> Received:
    """Read a callback. Raises MalformedCallback or ForgedCallback."""
    crypto = _crypto(account)
    signed = (
        request.query.get("msg_signature", ""),
        request.query.get("timestamp", ""),
        request.query.get("nonce", ""),
    )
    if request.method == "GET":
        echo = request.query.get("echostr", "")
        crypto.check(*signed, echo)
        # Bare: quotes, a byte order mark or a line's end would make the vendor refuse the address.
        return Received(Inbound(), crypto.open(echo), TEXT)
    encrypted = xml.parse(request.body).get("Encrypt")
    if not isinstance(encrypted, str) or not encrypted:
        raise MalformedCallback("there is no Encrypt, and plain callbacks are not taken")
    crypto.check(*signed, encrypted)
    event = xml.parse(crypto.open(encrypted))
    return Received(_inbound(account, event), TAKEN, TEXT, _urgent(event))


def _crypto(account: AccountConfig) -> CallbackCrypto:
    token, key = (str(account.credentials.get(name) or "") for name in ("callback_token", "encoding_aes_key"))
    if not token or not key:
        raise ForgedCallback("the account has no callback_token or encoding_aes_key to check it by")
    try:
        aes_key(key)
    except ValueError as error:
        raise ForgedCallback("the account's encoding_aes_key is none, so nothing can be checked by it") from error
    return CallbackCrypto(token, key, str(account.settings.get("corp_id", "")))


def _inbound(account: AccountConfig, event: Mapping[str, Any]) -> Inbound:
    kind, change = _text(event, "Event", ""), _text(event, "ChangeType", "")
    if kind == "change_external_contact" and change in NAMES:
        return Inbound(events=(_contact_event(account, event, change),))
    if kind == "change_external_chat":
        return Inbound(events=tuple(_chat_events(account, event)))
    return Inbound()


def _contact_event(account: AccountConfig, event: Mapping[str, Any], change: str) -> InboundEvent:
    userid, customer, at = _text(event, "UserID"), _text(event, "ExternalUserID"), _instant(event)
    state = _text(event, "State", "")
    added = change in {"add_external_contact", "add_half_external_contact"}
    extra = {"state": state, "source": _text(event, "Source", ""), "fail_reason": _text(event, "FailReason", "")}
    return InboundEvent(
        event_id=_id(account, change, userid, customer, str(int(at.timestamp()))),
        name=NAMES[change],
        identities={IDENTITY: customer},
        occurred_at=at,
        properties={"userid": userid, **{key: value for key, value in extra.items() if value}},
        traits={"wecom_owner": userid, **({"wecom_state": state} if state else {})} if added else {},
    )


def _chat(event: Mapping[str, Any]) -> tuple[ChatChanged, Sequence[str]]:
    return changed_of(event, _instant(event))


def _chat_events(account: AccountConfig, event: Mapping[str, Any]) -> list[InboundEvent]:
    """Who came and went, where the vendor names them; who is not named is found by reading the group."""
    change, customers = _chat(event)
    return [chat_event(account.settings, change.detail, change, customer) for customer in customers]


def _urgent(event: Mapping[str, Any]) -> Urgent | None:
    kind, change = _text(event, "Event", ""), _text(event, "ChangeType", "")
    if kind == "change_external_tag":
        return TagsChanged()
    if kind == "change_external_chat":
        return _chat(event)[0]
    if kind == "change_external_contact" and NAMES.get(change, "").endswith("added"):
        code = _text(event, "WelcomeCode", "")
        return ContactAdded(
            _text(event, "UserID"), _text(event, "ExternalUserID"), _text(event, "State", ""), _instant(event), code
        )
    return None


def _id(account: AccountConfig, *parts: str) -> str:
    return ":".join(("wecom", str(account.settings.get("corp_id", "")), *parts))[:LONGEST]


def _text(event: Mapping[str, Any], name: str, default: str | None = None) -> str:
    value = event.get(name, default)
    if not isinstance(value, str) or (default is None and not value) or len(value) > LONGEST:
        raise MalformedCallback(f"{name} is missing or no text of at most {LONGEST} characters")
    return value


def _instant(event: Mapping[str, Any]) -> datetime:
    text = _text(event, "CreateTime")
    if not text.isascii() or not text.isdigit() or not FIRST_SECOND <= int(text) < LAST_SECOND:
        raise MalformedCallback("CreateTime is not a time in seconds")
    return datetime.fromtimestamp(int(text), UTC)
