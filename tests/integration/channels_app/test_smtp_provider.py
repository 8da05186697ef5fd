"""Mail through the simulator's mail server, over real SMTP."""

import socket
import threading
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from channels_app.providers.base import Accepted, Outgoing, Refused
from channels_app.providers.email.smtp import SmtpEmail
from channels_app.providers.errors import CallOutcomeUnknown, CallRefused, ErrorClass
from channels_app.simulator.client import SimulatorClient
from tests.integration.channels_app.mailing import PASSWORD, WAY_OUT, box, letter, provider, set_up


@pytest.fixture
def url(simulator: SimulatorClient) -> str:
    return set_up(simulator)


@pytest.fixture
def smtp(url: str) -> Iterator[SmtpEmail]:
    opened = provider(url)
    yield opened
    opened.close()


def sent(smtp: SmtpEmail, message: Outgoing) -> Any:
    return smtp.send_batch(uuid4(), [message])[message.message_id]


def test_a_mail_arrives_as_text_and_html_of_one_content(smtp: SmtpEmail, simulator: SimulatorClient) -> None:
    message = letter(params={"name": "<王>"})
    assert sent(smtp, message) == Accepted(str(message.message_id))
    (mail,) = box(simulator)
    assert mail["subject"] == "<王>，您的订单已发货"
    assert (mail["text"].strip(), mail["html"].strip()) == ("您好 <王>", "<p>您好 <b>&lt;王&gt;</b></p>")
    assert mail["message_id"] == f"<{message.message_id}@shop.example>"
    assert mail["return_path"] == f"bounce+{message.message_id}@shop.example"
    assert not mail["one_click"]


def test_a_line_break_in_a_value_begins_no_header(smtp: SmtpEmail, simulator: SimulatorClient) -> None:
    sent(smtp, letter(params={"name": "王\r\nBcc: all@example.com"}))
    (mail,) = box(simulator)
    assert mail["subject"] == "王 Bcc: all@example.com，您的订单已发货"


def test_a_line_that_is_a_dot_does_not_end_the_mail(smtp: SmtpEmail, simulator: SimulatorClient) -> None:
    sent(smtp, letter(template_body="a\n.\n..b\n" + "x" * 2000, template={"subject": "s"}))
    (mail,) = box(simulator)
    assert mail["text"].splitlines()[:3] == ["a", ".", "..b"]


def test_marketing_has_one_click_headers_and_a_link(smtp: SmtpEmail, simulator: SimulatorClient) -> None:
    sent(smtp, letter(purpose="marketing", template_body="退订 ${unsubscribe_url}", template=WAY_OUT))
    (mail,) = box(simulator)
    assert mail["one_click"]
    assert "退订 http://127.0.0.1:9/u/" in mail["text"]
    assert 'href="http://127.0.0.1:9/u/' in mail["html"]


def test_an_address_of_letters_that_are_not_ascii_needs_and_uses_smtputf8(
    smtp: SmtpEmail, simulator: SimulatorClient
) -> None:
    assert isinstance(sent(smtp, letter("王@例子.测试")), Accepted)
    assert len(box(simulator, "王@xn--fsqu00a.xn--0zwm56d")) == 1


@pytest.mark.parametrize(
    ("address", "error_class", "code"),
    [
        ("nobody@example.com", ErrorClass.RECIPIENT_PERMANENT, "550 5.1.1"),
        ("full@example.com", ErrorClass.RECIPIENT_PERMANENT, "552 5.2.2"),
        ("busy@example.com", ErrorClass.DELAY_UNTIL, "450 4.2.1"),
        ("crowded@example.com", ErrorClass.DELAY_UNTIL, "452 4.5.3"),
        ("spam@example.com", ErrorClass.CONTENT_PERMANENT, "554 5.7.1"),
        ("huge@example.com", ErrorClass.CONTENT_PERMANENT, "552 5.3.4"),
    ],
)
def test_a_refusal_is_sorted_by_its_code_and_the_connection_goes_on(
    smtp: SmtpEmail, simulator: SimulatorClient, address: str, error_class: ErrorClass, code: str
) -> None:
    refusal = sent(smtp, letter(address))
    assert isinstance(refusal, Refused)
    assert (refusal.error_class, refusal.code) == (error_class, code)
    assert isinstance(sent(smtp, letter()), Accepted)


@pytest.mark.parametrize(
    ("fault", "code"), [("http_503_rate", "421 4.3.2"), ("throttle_rate", "450 4.7.1"), ("http_500_rate", "451 4.3.0")]
)
def test_what_passes_is_tried_again(smtp: SmtpEmail, simulator: SimulatorClient, fault: str, code: str) -> None:
    simulator.put_faults(**{fault: 1})
    try:
        refusal = sent(smtp, letter())
    except CallRefused as error:
        refusal = error
    assert refusal.code == code
    assert refusal.error_class in {ErrorClass.RETRY, ErrorClass.DELAY_UNTIL}
    simulator.put_faults()
    assert isinstance(sent(smtp, letter()), Accepted)


def test_silence_after_the_final_dot_leaves_the_outcome_unknown(smtp: SmtpEmail, simulator: SimulatorClient) -> None:
    simulator.put_faults(timeout_after_accept_rate=1)
    with pytest.raises(CallOutcomeUnknown):
        sent(smtp, letter())
    assert len(box(simulator)) == 1


def test_a_wrong_password_stops_the_account_and_is_not_repeated_in_the_error(url: str) -> None:
    smtp = provider(url, {"username": "shop", "password": "wrong-secret"})
    with pytest.raises(CallRefused) as error:
        sent(smtp, letter())
    assert (error.value.error_class, error.value.code) == (ErrorClass.ACCOUNT, "535 5.7.8")
    assert "wrong-secret" not in str(error.value) + repr(smtp._target)


def test_a_sender_of_another_domain_stops_the_account(url: str) -> None:
    smtp = provider(url, from_address="hello@bank.example")
    with pytest.raises(CallRefused) as error:
        sent(smtp, letter())
    assert (error.value.error_class, error.value.code) == (ErrorClass.ACCOUNT, "553 5.7.1")


def test_a_password_is_not_said_in_clear_text_where_starttls_is_asked_for(url: str) -> None:
    smtp = provider(url, starttls=True)
    with pytest.raises(CallRefused) as error:
        sent(smtp, letter())
    assert (error.value.error_class, error.value.code) == (ErrorClass.ACCOUNT, "starttls_not_offered")


def test_a_server_that_is_not_there_never_got_a_byte() -> None:
    with pytest.raises(CallRefused) as error:
        sent(provider("smtp://127.0.0.1:9"), letter())
    assert (error.value.error_class, error.value.code) == (ErrorClass.RETRY, "never_sent")


def test_a_kept_connection_that_the_server_has_closed_is_replaced(smtp: SmtpEmail, simulator: SimulatorClient) -> None:
    sent(smtp, letter())
    (session,) = smtp._idle
    assert session._smtp.sock is not None
    session._smtp.sock.shutdown(socket.SHUT_RDWR)
    assert isinstance(sent(smtp, letter()), Accepted)


def test_a_tired_connection_is_replaced(
    smtp: SmtpEmail, simulator: SimulatorClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels_app.providers.email.session.MOST_MESSAGES", 1)
    sent(smtp, letter())
    assert smtp._idle == []


def test_threads_do_not_share_a_connection(smtp: SmtpEmail, simulator: SimulatorClient) -> None:
    simulator.put_faults(latency_ms=50)
    threads = [threading.Thread(target=sent, args=(smtp, letter())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(box(simulator)) == 4
    assert 1 < len(smtp._idle) <= 4


def test_the_connection_can_be_tried(smtp: SmtpEmail) -> None:
    assert "smtputf8" in smtp.try_connection()


def test_no_password_is_in_what_a_provider_shows(smtp: SmtpEmail) -> None:
    assert PASSWORD not in repr(smtp.account) + repr(smtp._target)
