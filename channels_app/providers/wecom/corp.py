"""Enterprise WeChat (企业微信): one corporation's messages to its staff, and to its customers through them."""

import threading
from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

import orjson

from channels_app.providers.base import (
    AccountConfig,
    Attempted,
    BaseProvider,
    Open,
    Outgoing,
    Reconciled,
    Refused,
    SendResult,
)
from channels_app.providers.enclosed import Enclosed, enclosed
from channels_app.providers.errors import ErrorClass
from channels_app.providers.inbound import CallbackRequest, Inbound, Received
from channels_app.providers.wecom import app_message, callback, content, mass_message
from channels_app.providers.wecom.api import WecomApi
from channels_app.providers.wecom.media import Media

CUSTOMERS = "wecom_customer"
ATTEMPTS_KEPT = 2000


class WecomCorp(BaseProvider):
    """Nothing here is idempotent at the vendor: an app message of unknown outcome stays unknown, and a customer mass
    message is looked for by its words, sender and time."""

    callback_kinds: ClassVar[frozenset[str]] = frozenset({"event"})
    answers_get: ClassVar[bool] = True
    needed_credentials: ClassVar[tuple[str, ...]] = ("corp_secret",)
    needed_settings: ClassVar[tuple[str, ...]] = ("corp_id", "agent_id")
    poll_every: ClassVar[timedelta | None] = timedelta(minutes=5)
    # Many at once, because a sender's messages of equal content that are not claimed together become several tasks.
    most_in_call: ClassVar[int] = 2500
    # Members confirm when they find the time; a task is asked about for a week.
    polled_for: ClassVar[timedelta] = timedelta(days=7)

    def __init__(self, account: AccountConfig) -> None:
        super().__init__(account)
        self.api = WecomApi(account)
        self.media = Media(account, self.api)
        self._lock = threading.Lock()
        self._written: OrderedDict[UUID, mass_message.Written] = OrderedDict()

    def check(self, message: Outgoing) -> Refused | None:
        wanted = content.missing(message.template_body, message.template, message.params)
        if wanted is not None:
            return Refused(ErrorClass.CONTENT_PERMANENT, "variable_missing", wanted)
        if message.channel == CUSTOMERS:
            fault = content.fault_of_mass(mass_message.content_of(message))
        elif "|" in message.address or message.address == "@all":
            return Refused(ErrorClass.RECIPIENT_PERMANENT, "invaliduser", "this names more than one member")
        else:
            fault = content.fault_of_app(content.app_message(message.template_body, message.template, message.params))
        return Refused(ErrorClass.CONTENT_PERMANENT, *fault) if fault else None

    def enclosed(self, message: Outgoing) -> list[Enclosed]:
        return [enclosed(kind, part) for kind, part in _parts(message)]

    def plan(self, messages: Sequence[Outgoing]) -> list[list[Outgoing]]:
        """Equal contents (and for customers equal senders) share a call; nobody is in a call twice."""
        calls: list[tuple[list[Outgoing], set[str]]] = []
        with_room: dict[Hashable, list[tuple[list[Outgoing], set[str]]]] = {}
        for message in messages:
            most = mass_message.MOST_CUSTOMERS if message.channel == CUSTOMERS else app_message.MOST_USERS
            of_kind = with_room.setdefault(_kind(message), [])
            address = message.address if message.channel == CUSTOMERS else message.address.lower()
            call = next((call for call in of_kind if len(call[0]) < most and address not in call[1]), None)
            if call is None:
                call = ([], set())
                calls.append(call)
                of_kind.append(call)
            call[0].append(message)
            call[1].add(address)
        return [call[0] for call in calls]

    def send_batch(self, attempt: UUID, messages: Sequence[Outgoing]) -> Mapping[UUID, SendResult]:
        if messages[0].channel != CUSTOMERS:
            return app_message.send(self.api, self.media, messages)
        with self._lock:
            self._written[attempt] = mass_message.written_of(messages)
            if len(self._written) > ATTEMPTS_KEPT:
                self._written.popitem(last=False)
        return mass_message.send(self.api, self.media, messages)

    def reconcile(self, attempted: Sequence[Attempted]) -> Mapping[UUID, Reconciled | None]:
        with self._lock:
            known = dict(self._written)
        for message in attempted:
            if message.outgoing is not None and message.outgoing.channel == CUSTOMERS:
                known.setdefault(message.attempt, mass_message.written_of([message.outgoing]))
        return mass_message.reconcile(self.api, attempted, known)

    def poll(self, open_messages: Sequence[Open]) -> Inbound:
        tasks = [m for m in open_messages if m.provider_id and not m.provider_id.startswith(app_message.MARK)]
        return mass_message.poll(self.api, tasks)

    def receive(self, request: CallbackRequest) -> Received:
        return callback.receive(self.account, request)

    def try_connection(self) -> str:
        self.api.token("app")
        self.api.token("contacts")
        return "gettoken: ok"

    @classmethod
    def problem_with(cls, settings: Mapping[str, Any]) -> str | None:
        if not isinstance(settings.get("corp_id"), str) or not settings["corp_id"].strip():
            return "corp_id is missing."
        agent = settings.get("agent_id")
        if isinstance(agent, bool) or not str(agent).isascii() or not str(agent).isdigit():
            return "agent_id is not a number."
        return None

    @classmethod
    def problem_with_template(cls, body: str, purpose: str, settings: Mapping[str, Any]) -> tuple[str, str, str] | None:
        kind = settings.get("msgtype", "text")
        if kind not in content.APP_TYPES:
            return "settings", "msgtype", f"msgtype is one of {', '.join(sorted(content.APP_TYPES))}"
        if content.size(body) > content.MOST_MASS_TEXT:
            return "body", "too_long", f"a text has at most {content.MOST_MASS_TEXT} bytes"
        fault = content.fault_of_attachments(settings.get("attachments") or [])
        return ("settings", *fault) if fault else None

    @classmethod
    def variables(cls, body: str, settings: Mapping[str, Any]) -> list[str]:
        return content.variables(body, settings)

    def close(self) -> None:
        self.api.close()


def _parts(message: Outgoing) -> list[tuple[str, object]]:
    if message.channel == CUSTOMERS:
        attachments = mass_message.content_of(message).get("attachments") or []
        return [(str(each["msgtype"]), each.get(each["msgtype"])) for each in attachments]
    said = content.app_message(message.template_body, message.template, message.params)
    kind = said["msgtype"]
    return [] if kind in content.PLAIN_TYPES else [(kind, said[kind])]


def _kind(message: Outgoing) -> Hashable:
    if message.channel == CUSTOMERS:
        return orjson.dumps([mass_message.sender_of(message), mass_message.content_of(message)])
    said = content.app_message(message.template_body, message.template, message.params)
    return orjson.dumps([said, message.template.get("duplicate_check_interval")])
