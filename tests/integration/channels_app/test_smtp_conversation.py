"""Servers that break the conversation off, line by line: what is certainly not taken, and what nobody knows."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from uuid import uuid4

import pytest

from channels_app.providers.base import AccountConfig
from channels_app.providers.email.smtp import SmtpEmail
from channels_app.providers.errors import CallOutcomeUnknown, CallRefused, ErrorClass
from tests.integration.channels_app.mailing import SETTINGS, letter

HELLO = ["220 mail ESMTP", "250 mail", "250 sender", "250 recipient"]


@contextmanager
def saying(lines: list[str]) -> Iterator[str]:
    """A server that says one line after each command, and the last after the final dot; then it hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection, connection.makefile("rb") as reader:
            for number, line in enumerate(lines):
                connection.sendall(f"{line}\r\n".encode())
                if line.startswith("354"):
                    while reader.readline() not in {b".\r\n", b""}:
                        continue
                elif number < len(lines) - 1 or not line.startswith("2"):
                    reader.readline()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"smtp://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()
        thread.join(5)


def send(url: str) -> None:
    one = letter()
    with closing(SmtpEmail(AccountConfig(uuid4(), url, {}, {**SETTINGS, "answer_seconds": 2}))) as smtp:
        smtp.send_batch(uuid4(), [one])


@pytest.mark.parametrize("lines", [HELLO[:1], HELLO[:2], HELLO[:3], HELLO])
def test_a_conversation_that_ends_before_the_text_carried_no_mail(lines: list[str]) -> None:
    with saying(lines) as url, pytest.raises(CallRefused) as error:
        send(url)
    assert error.value.error_class == ErrorClass.RETRY


@pytest.mark.parametrize("last", [[], ["garbage"], ["299 eh"], ["354 more"]])
def test_what_is_no_answer_to_the_final_dot_leaves_the_outcome_unknown(last: list[str]) -> None:
    with saying([*HELLO, "354 go on", *last]) as url, pytest.raises(CallOutcomeUnknown):
        send(url)


def test_a_server_that_closes_after_the_text_has_said_no() -> None:
    with saying([*HELLO, "354 go on", "421 4.3.2 closing"]) as url, pytest.raises(CallRefused) as error:
        send(url)
    assert (error.value.error_class, error.value.code) == (ErrorClass.RETRY, "421 4.3.2")


def test_a_greeting_of_refusal_stops_the_account() -> None:
    with saying(["554 5.7.1 your address is blocked"]) as url, pytest.raises(CallRefused) as error:
        send(url)
    assert (error.value.error_class, error.value.code) == (ErrorClass.ACCOUNT, "554 5.7.1")
