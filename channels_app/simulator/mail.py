"""A mail server (submission, AUTH) with mailboxes that people read, unsubscribe in and bounce from."""

import asyncio
import hmac
import logging
import socket
import time
from typing import Any, ClassVar, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from starlette.routing import BaseRoute

from channels_app.simulator import mail_rules
from channels_app.simulator.mail_boxes import Mailboxes
from channels_app.simulator.vendor import Surroundings

# At INFO aiosmtpd logs each recipient, and at WARNING its own deprecations at each login.
logging.getLogger("mail.log").setLevel(logging.ERROR)

SCHEMA = """
create table if not exists mail_account (user text primary key, config text not null) without rowid;
create table if not exists mail (
    id integer primary key,
    user text not null,
    sender text not null,
    recipient text not null,
    raw blob not null,
    at real not null,
    state text not null default 'delivered'
);
create index if not exists mail_of_box on mail (recipient, id);
"""
GREETING = "mail.simulator.invalid"


class Mail:
    """The vendor `mail`. Besides HTTP it listens on a port of its own, to which an account's base URL points."""

    name: ClassVar[str] = "mail"
    schema: ClassVar[str] = SCHEMA
    forgotten: ClassVar[tuple[str, ...]] = ("mail",)

    def __init__(self, surroundings: Surroundings) -> None:
        self._around = surroundings
        self._boxes = Mailboxes(surroundings)
        self._server: asyncio.Server | None = None

    def routes(self) -> list[BaseRoute]:
        return self._boxes.routes()

    async def listen(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _protocol(self, loop), sock=listener)
        self._boxes.port = listener.getsockname()[1]

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()

    def log_in(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, said: LoginPassword
    ) -> AuthResult:
        user = said.login.decode(errors="replace")
        account = self._boxes.account(user)
        if account is None or not hmac.compare_digest(account.password.encode(), said.password):
            return AuthResult(success=False, handled=False, message="535 5.7.8 Authentication credentials invalid")
        return AuthResult(success=True, auth_data=user)

    # The names are aiosmtpd's.
    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        await self._around.lag()
        if self._around.strikes(self._around.faults().http_503_rate):
            assert server.transport is not None, "somebody is talking"
            asyncio.get_running_loop().call_later(0.05, server.transport.close)
            return "421 4.3.2 The service is shutting down"
        if not session.authenticated:
            return "530 5.7.0 Authentication required"
        account = self._boxes.account(session.auth_data)
        if account is None or address.rpartition("@")[2].lower() != account.bounces_to.lower():
            return "553 5.7.1 This account does not send for that domain"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 Sender OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._around.strikes(self._around.faults().throttle_rate):
            return "450 4.7.1 Greylisted, try again later"
        problem = mail_rules.recipient_problem(address, bool(envelope.smtp_utf8), len(envelope.rcpt_tos))
        if problem:
            return problem
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Recipient OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        raw = envelope.original_content or b""
        account = self._boxes.account(session.auth_data)
        assert account is not None, "MAIL was refused to anybody else"
        if self._around.strikes(self._around.faults().http_500_rate):
            return "451 4.3.0 A local error"
        problem = mail_rules.content_problem(raw, account.domain, envelope.mail_options, bool(envelope.smtp_utf8))
        refusals = [mail_rules.AT_DATA.get(mail_rules.kind_of(to)) for to in envelope.rcpt_tos]
        problem = problem or next((refusal for refusal in refusals if refusal), None)
        if problem:
            return problem
        queued = [self._take(session.auth_data, str(envelope.mail_from), to, raw) for to in envelope.rcpt_tos]
        if self._around.strikes(self._around.faults().timeout_after_accept_rate):
            cast("asyncio.WriteTransport", server.transport).abort()
            raise ConnectionResetError("as the switches say")
        return f"250 2.0.0 Ok: queued as {queued[0]}"

    def _take(self, user: Any, sender: str, to: str, raw: bytes) -> int:
        id_ = self._around.store.run(
            "insert into mail (user, sender, recipient, raw, at) values (?, ?, ?, ?, ?)",
            user,
            sender,
            to.lower(),
            raw,
            time.time(),
        )
        status = mail_rules.BOUNCING.get(mail_rules.kind_of(to))
        if status is None and self._around.strikes(self._around.faults().fail_delivery_rate):
            status = "5.1.1"
        if status:
            self._boxes.bounce(id_, status)
        return id_


def _protocol(mail: Mail, loop: asyncio.AbstractEventLoop) -> SMTP:
    return SMTP(
        mail,
        data_size_limit=mail_rules.MOST_OCTETS,
        enable_SMTPUTF8=True,
        hostname=GREETING,
        ident="ESMTP",
        loop=loop,
        # On loopback a password may be said in clear text.
        auth_require_tls=False,
        authenticator=mail.log_in,
    )
