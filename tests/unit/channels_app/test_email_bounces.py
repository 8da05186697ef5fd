from datetime import UTC, datetime
from uuid import UUID

import pytest

from channels_app.providers.email.bounces import parse
from channels_app.providers.errors import MalformedCallback
from channels_app.providers.inbound import Inbound

ID = "01931f00-0000-7000-8000-000000000001"
NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


# As Postfix writes it, shortened.
def dsn(
    to: str = f"bounce+{ID}@shop.example",
    recipient: str = "Final-Recipient: rfc822; wang@example.com",
    action: str = "failed",
    status: str = "Status: 5.1.1",
    original: str = "To: wang@example.com",
) -> bytes:
    return f"""Return-Path: <>
Date: Mon, 2 Mar 2026 10:00:00 +0800 (CST)
From: MAILER-DAEMON@mx.example (Mail Delivery System)
To: {to}
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="B"
MIME-Version: 1.0

--B
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you.
--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Mon, 2 Mar 2026 10:00:00 +0800 (CST)

{recipient}
Action: {action}
{status}
Diagnostic-Code: smtp; 550 5.1.1 <wang@example.com>: user unknown

--B
Content-Type: text/rfc822-headers

From: hello@shop.example
{original}
Message-ID: <{ID}@shop.example>

--B--
""".encode()


def test_a_permanent_failure_fails_the_message_and_marks_the_address() -> None:
    inbound = parse(dsn(), NOW)
    (receipt,), (event,) = inbound.receipts, inbound.events
    assert (receipt.message_id, receipt.outcome, receipt.code) == (UUID(ID), "failed", "5.1.1")
    assert receipt.reported_at == datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
    assert (event.identities, event.traits) == ({"email": "wang@example.com"}, {"email_bounced": True})


def test_the_same_notification_twice_has_the_same_keys() -> None:
    first, second = parse(dsn(), NOW), parse(dsn(), NOW)
    assert first.receipts[0].dedup_key == second.receipts[0].dedup_key
    assert first.events[0].event_id == second.events[0].event_id


def test_a_mail_that_was_forwarded_marks_the_address_we_wrote_to() -> None:
    inbound = parse(dsn(recipient="Final-Recipient: rfc822; private@elsewhere.example"), NOW)
    assert inbound.events[0].identities == {"email": "wang@example.com"}


def test_the_original_recipient_is_believed_before_any_other() -> None:
    named = "Original-Recipient: rfc822;li@example.com\nFinal-Recipient: rfc822; private@elsewhere.example"
    assert parse(dsn(recipient=named), NOW).events[0].identities == {"email": "li@example.com"}


def test_the_message_is_found_by_its_message_id_where_the_return_path_is_lost() -> None:
    assert parse(dsn(to="postmaster@shop.example"), NOW).receipts[0].message_id == UUID(ID)


def test_a_delay_decides_nothing() -> None:
    inbound = parse(dsn(action="delayed", status="Status: 4.4.1"), NOW)
    assert (inbound.receipts, inbound.events) == ((), ())


def test_a_delivery_report_delivers() -> None:
    inbound = parse(dsn(action="delivered", status="Status: 2.0.0"), NOW)
    assert ([r.outcome for r in inbound.receipts], inbound.events) == (["delivered"], ())


def test_a_date_in_the_future_is_not_believed() -> None:
    body = dsn().replace(b"Mon, 2 Mar 2026 10", b"Mon, 2 Mar 2099 10")
    assert parse(body, NOW).receipts[0].reported_at == NOW


def test_an_absence_note_says_nothing() -> None:
    inbound = parse(b"From: wang@example.com\r\nSubject: Out of office\r\n\r\nI am away.\r\n", NOW)
    assert (inbound.receipts, inbound.events) == ((), ())


def test_octets_that_no_database_stores_are_replaced() -> None:
    receipt = parse(dsn().replace(b"user unknown", b"\xff\x00\xfe \xe4"), NOW).receipts[0]
    assert "\0" not in receipt.detail
    receipt.detail.encode()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00",
        b"\xff\xfe\xfd",
        b"no headers here",
        dsn(to="postmaster@shop.example").replace(ID.encode(), b"x"),
        dsn(status="Status: nonsense"),
        dsn()[:520],
        b"Content-Type: multipart/report\r\n\r\n",
    ],
)
def test_what_is_no_mail_or_no_whole_notification_is_malformed_or_empty(body: bytes) -> None:
    try:
        inbound = parse(body, NOW)
    except MalformedCallback:
        return
    assert (inbound.receipts, inbound.events) == ((), ())


def test_parts_within_parts_within_parts_are_refused() -> None:
    depth = 3000
    body = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (i, i) for i in range(depth))
    try:
        assert parse(body, NOW).receipts == ()
    except MalformedCallback as error:
        assert error.code == "malformed_callback"  # noqa: PT017  # either is an answer, a crash is none


def test_a_notification_without_a_recipient_is_malformed() -> None:
    body = dsn().split(b"Arrival-Date")[0] + b"\n--B--\n"
    with pytest.raises(MalformedCallback):
        parse(body, NOW)


def feedback(
    kind: str = "abuse", fields: str = "Original-Rcpt-To: <wang@example.com>\r\n", message_id: str = ""
) -> bytes:
    original = message_id or "0198c2a4-6f0e-7c11-8a53-5a0b7a4f7e10"
    return (
        'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\r\nTo: x@shop.example\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nreport\r\n"
        f"--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: {kind}\r\n{fields}Version: 1\r\n\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <{original}@shop.example>\r\n\r\nhi\r\n--b--\r\n"
    ).encode()


def test_a_complaint_names_whom_we_wrote_to() -> None:
    (event,) = parse(feedback(), NOW).events
    assert (event.name, event.identities) == ("email_complained", {"email": "wang@example.com"})
    assert event.traits == {"email_complained": True}


def test_feedback_that_it_is_no_spam_says_nothing() -> None:
    assert parse(feedback("not-spam"), NOW) == Inbound()


@pytest.mark.parametrize("body", [feedback(""), feedback(fields=""), feedback(message_id="not-ours")])
def test_a_complaint_that_names_nothing_of_ours_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedCallback):
        parse(body, NOW)
