"""Mail over TLS, against a server with a certificate that is trusted for the test."""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from aiosmtpd.smtp import SMTP

from channels_app.providers.base import Accepted, AccountConfig
from channels_app.providers.email.smtp import SmtpEmail
from channels_app.providers.errors import CallRefused, ErrorClass
from tests.integration.channels_app.certificates import self_signed
from tests.integration.channels_app.mailing import SETTINGS, letter


class Taking:
    def __init__(self) -> None:
        self.tls: list[bool] = []

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802
        self.tls.append(session.ssl is not None or server.transport.get_extra_info("sslcontext") is not None)  # type: ignore[union-attr]
        return "250 OK"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return self_signed(tmp_path_factory.mktemp("tls") / "mail.pem")


@contextmanager
def serving(handler: Taking, certificate: Path, *, implicit: bool) -> Iterator[int]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    talking: list[SMTP] = []

    def talk() -> SMTP:
        tls = None if implicit else context
        talking.append(SMTP(handler, tls_context=tls, require_starttls=not implicit, loop=loop, hostname="mail"))
        return talking[-1]

    async def start() -> asyncio.Server:
        return await loop.create_server(talk, "127.0.0.1", 0, ssl=context if implicit else None)

    async def end() -> None:
        server.close()
        for smtp in talking:
            if smtp.transport is not None:
                smtp.transport.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*tasks, return_exceptions=True)

    server = asyncio.run_coroutine_threadsafe(start(), loop).result()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(end(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def provider(url: str, **settings: Any) -> SmtpEmail:
    return SmtpEmail(AccountConfig(uuid4(), url, {}, {**SETTINGS, **settings}))


@pytest.mark.parametrize("implicit", [True, False])
def test_mail_goes_over_tls(certificate: Path, monkeypatch: pytest.MonkeyPatch, implicit: bool) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    handler, one = Taking(), letter()
    with serving(handler, certificate, implicit=implicit) as port:
        url = f"smtps://127.0.0.1:{port}" if implicit else f"smtp://127.0.0.1:{port}"
        with closing(provider(url, starttls=True)) as smtp:
            assert smtp.send_batch(uuid4(), [one])[one.message_id] == Accepted(str(one.message_id))
    assert handler.tls == [True]


@pytest.mark.parametrize("implicit", [True, False])
def test_a_certificate_that_nobody_trusts_stops_the_account(certificate: Path, implicit: bool) -> None:
    with serving(Taking(), certificate, implicit=implicit) as port:
        url = f"smtps://127.0.0.1:{port}" if implicit else f"smtp://127.0.0.1:{port}"
        with closing(provider(url, starttls=True)) as smtp, pytest.raises(CallRefused) as error:
            smtp.send_batch(uuid4(), [letter()])
    assert (error.value.error_class, error.value.code) == (ErrorClass.ACCOUNT, "tls_failed")


def test_beyond_this_machine_the_conversation_must_become_tls() -> None:
    with closing(provider("smtp://smtp.example.com")) as smtp:
        assert (smtp._target.starttls, smtp._target.port) == (True, 587)
    with closing(provider("smtps://smtp.example.com")) as smtp:
        assert (smtp._target.tls, smtp._target.port) == (True, 465)
