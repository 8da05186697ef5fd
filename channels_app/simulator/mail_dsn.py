"""What a mail server writes back: delivery status notifications (RFC 3464) and complaints (RFC 5965)."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import SMTP
from email.utils import format_datetime, make_msgid

HOST = "mail.simulator.invalid"
WORDS = {"5.1.1": "550 5.1.1 User unknown", "4.2.2": "452 4.2.2 Mailbox full", "5.7.1": "554 5.7.1 Refused by policy"}


def notification(sender: str, recipient: str, raw: bytes, status: str) -> bytes:
    """Return the bounce of `raw`, to its return path, with the headers of the mail that failed."""
    mail = EmailMessage(SMTP)
    mail["From"] = f"Mail Delivery System <mailer-daemon@{HOST}>"
    mail["To"] = sender
    mail["Subject"] = "Undelivered Mail Returned to Sender"
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = make_msgid(domain=HOST)
    mail["Auto-Submitted"] = "auto-replied"
    mail.set_content(f"Your message to {recipient} could not be delivered.\n")
    mail.make_mixed()
    mail.attach(_status(recipient, status))
    headers = EmailMessage(SMTP)
    headers.set_content(raw.partition(b"\r\n\r\n")[0].decode(errors="replace") + "\r\n")
    headers.replace_header("Content-Type", 'text/rfc822-headers; charset="utf-8"')
    mail.attach(headers)
    mail.replace_header("Content-Type", "multipart/report; report-type=delivery-status")
    return mail.as_bytes()


def complaint(sender: str, recipient: str, raw: bytes) -> bytes:
    """Return a mailbox provider's report that the recipient of `raw` has called it spam."""
    mail = EmailMessage(SMTP)
    mail["From"] = f"Abuse Desk <abuse@{HOST}>"
    mail["To"] = sender
    mail["Subject"] = "Email Feedback Report"
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = make_msgid(domain=HOST)
    mail.set_content(f"This is an abuse report for a message to {recipient}.\n")
    mail.make_mixed()
    report, fields = EmailMessage(SMTP), Message(SMTP)
    report["Content-Type"] = "message/feedback-report"
    fields["Feedback-Type"] = "abuse"
    fields["User-Agent"] = "Simulator/1.0"
    fields["Version"] = "1"
    fields["Original-Rcpt-To"] = f"<{recipient}>"
    report.set_payload([fields])
    mail.attach(report)
    original = EmailMessage(SMTP)
    original["Content-Type"] = "message/rfc822"
    original.set_payload([message_from_bytes(raw)])
    mail.attach(original)
    mail.replace_header("Content-Type", "multipart/report; report-type=feedback-report")
    return mail.as_bytes()


def _status(recipient: str, status: str) -> EmailMessage:
    part = EmailMessage(SMTP)
    part["Content-Type"] = "message/delivery-status"
    whole, one = Message(SMTP), Message(SMTP)
    whole["Reporting-MTA"] = f"dns; {HOST}"
    one["Final-Recipient"] = f"rfc822; {recipient}"
    one["Action"] = "failed"
    one["Status"] = status
    one["Diagnostic-Code"] = f"smtp; {WORDS.get(status, f'554 {status} Not delivered')}"
    part.set_payload([whole, one])
    return part
