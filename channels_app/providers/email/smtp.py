"""Mail by SMTP (RFC 5321), one transaction a message.

A message's return path is its own (`bounce+<message id>@…`), so that a bounce, whoever writes it, says whose it is.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import urlsplit
from uuid import UUID

import orjson

from channels_app.providers.base import Accepted, AccountConfig, BaseProvider, Outgoing, Refused, SendResult
from channels_app.providers.email import bounces
from channels_app.providers.email.addresses import BadAddress, WireAddress, wire_address, wire_domain
from channels_app.providers.email.compose import Letter, Sender, compose, fill
from channels_app.providers.email.compose import return_path as return_path_of
from channels_app.providers.email.compose import variables as variables_of
from channels_app.providers.email.session import ANSWER_SECONDS, NotTaken, Session, Target
from channels_app.providers.email.settings import problem_with_settings, problem_with_texts
from channels_app.providers.errors import ErrorClass
from channels_app.providers.hosts import is_loopback
from channels_app.providers.inbound import CallbackRequest, Received
from channels_app.unsubscribe_token import unsubscribe_url

PORTS = {"smtp": 587, "smtps": 465}
MOST_OCTETS = 5 * 1024 * 1024


class SmtpEmail(BaseProvider):
    """Settings: `from_address`, `public_url`, optional `from_name`, `bounce_domain`, `starttls`, `answer_seconds`.

    Credentials: `username` and `password`, or neither for a relay that knows us by our address.
    """

    secure_schemes: ClassVar[tuple[str, ...]] = ("smtp", "smtps")
    loopback_schemes: ClassVar[tuple[str, ...]] = ()
    callback_kinds: ClassVar[frozenset[str]] = frozenset({"bounce"})
    needed_settings: ClassVar[tuple[str, ...]] = ("from_address", "public_url")

    def __init__(self, account: AccountConfig) -> None:
        super().__init__(account)
        settings = account.settings
        address = wire_address(str(settings["from_address"]))
        bounce_domain = wire_domain(str(settings.get("bounce_domain") or address.domain))
        self._sender = Sender(address, str(settings.get("from_name") or ""), bounce_domain)
        self._public_url = str(settings["public_url"])
        self._target = _target(account, address.domain)
        self._idle: list[Session] = []
        self._lock = threading.Lock()

    def check(self, message: Outgoing) -> Refused | None:
        try:
            wire_address(message.address)
        except BadAddress as error:
            return Refused(ErrorClass.RECIPIENT_PERMANENT, error.code, str(error))
        for name in variables_of(message.template_body, message.template):
            if not message.params.get(name):
                return Refused(ErrorClass.CONTENT_PERMANENT, "missing_variable", f"Variable {name} has no value.")
        problem = problem_with_texts(message.template_body, message.purpose, message.template)
        return Refused(ErrorClass.CONTENT_PERMANENT, problem[1], problem[2]) if problem else None

    def title(self, message: Outgoing) -> str:
        return fill(str(message.template.get("subject") or ""), message.params)

    def send_batch(self, attempt: UUID, messages: Sequence[Outgoing]) -> Mapping[UUID, SendResult]:
        (message,) = messages
        to = wire_address(message.address)
        mail = compose(self._letter(message, to), self._sender, datetime.now(UTC))
        if len(mail) > MOST_OCTETS:
            detail = f"The mail has {len(mail)} octets, {MOST_OCTETS} are sent."
            return {message.message_id: Refused(ErrorClass.CONTENT_PERMANENT, "mail_too_large", detail)}
        with self._session() as session:
            try:
                session.send(return_path_of(message.message_id, self._sender), str(to), mail, utf8=to.utf8)
            except NotTaken as refusal:
                return {message.message_id: refusal.refusal}
        return {message.message_id: Accepted(str(message.message_id))}

    def _letter(self, message: Outgoing, to: WireAddress) -> Letter:
        way_out = unsubscribe_url(self._public_url, message.message_id) if message.purpose == "marketing" else None
        return Letter(message.message_id, to, message.template_body, message.template, message.params, way_out)

    @contextmanager
    def _session(self) -> Iterator[Session]:
        """Lend a connection: one that is kept, so that a thread of a drain has its own, or a new one.

        Connections outlive the threads of a drain, so they are not the threads'. One that failed is not kept.
        """
        session = self._kept() or Session(self._target)
        try:
            yield session
        except BaseException:
            session.close()
            raise
        if session.tired():
            session.close()
            return
        with self._lock:
            self._idle.append(session)

    def _kept(self) -> Session | None:
        while True:
            with self._lock:
                if not self._idle:
                    return None
                session = self._idle.pop()
            if not session.tired() and session.alive():
                return session
            session.close()

    def try_connection(self) -> str:
        with self._session() as session:
            return ", ".join(session.features())

    def receive(self, request: CallbackRequest) -> Received:
        """Unsigned, as mail is: the secret part of the address is all that tells our mail server from others."""
        inbound = bounces.parse(request.body, datetime.now(UTC))
        return Received(inbound, orjson.dumps({"receipts": len(inbound.receipts)}))

    @classmethod
    def problem_with(cls, settings: Mapping[str, Any]) -> str | None:
        return problem_with_settings(settings)

    @classmethod
    def problem_with_template(cls, body: str, purpose: str, settings: Mapping[str, Any]) -> tuple[str, str, str] | None:
        return problem_with_texts(body, purpose, settings)

    @classmethod
    def variables(cls, body: str, settings: Mapping[str, Any]) -> list[str]:
        return variables_of(body, settings)

    def close(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for session in idle:
            session.close()


def _target(account: AccountConfig, name: str) -> Target:
    url = urlsplit(account.base_url)
    host, tls = url.hostname or "", url.scheme == "smtps"
    return Target(
        host=host,
        port=url.port or PORTS[url.scheme],
        tls=tls,
        # In clear text only to this machine itself.
        starttls=not tls and (not is_loopback(host) or bool(account.settings.get("starttls"))),
        name=name,
        user=str(account.credentials.get("username") or ""),
        password=str(account.credentials.get("password") or ""),
        answer_seconds=float(account.settings.get("answer_seconds") or ANSWER_SECONDS),
    )
