"""What the simulated mail server insists on: RFC 5321 and 5322 to the letter, and who may send as whom."""

import re
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from email.utils import parseaddr, parsedate_to_datetime

MOST_OCTETS = 10 * 1024 * 1024
MOST_LINE = 998
MOST_RECIPIENTS = 100
# Mailboxes that behave in a known way, by their local part; `+anything` may follow.
AT_RCPT = {
    "nobody": "550 5.1.1 The mailbox does not exist",
    "full": "552 5.2.2 The mailbox is full",
    "busy": "450 4.2.1 The mailbox is busy, try again later",
    "crowded": "452 4.5.3 Too many recipients",
}
AT_DATA = {
    "spam": "554 5.7.1 The message was refused by policy",
    "huge": "552 5.3.4 The message is too big for this mailbox",
}
# Accepted here and bounced later, as a server does that only relays.
BOUNCING = {"bounce": "5.1.1", "bounce-full": "4.2.2"}
ONCE = ("From", "To", "Date", "Subject", "Message-ID")
HTTPS_URI = re.compile(r"<https?://[^\s<>]+>")
ATOM = re.compile(r"[^\s@<>(),;:\\\"\[\]\x00-\x1f]+")


def kind_of(address: str) -> str:
    return address.rpartition("@")[0].split("+")[0].lower()


def recipient_problem(address: str, utf8: bool, already: int) -> str | None:
    """Return the reply that refuses a recipient, None if it may be written to."""
    local, at, domain = address.rpartition("@")
    if not at or not ATOM.fullmatch(local) or not domain.isascii() or domain.endswith(".invalid"):
        return "553 5.1.3 The address is not one"
    if not local.isascii() and not utf8:
        return "553 5.6.7 The address needs SMTPUTF8"
    if already >= MOST_RECIPIENTS:
        return "452 4.5.3 Too many recipients"
    return AT_RCPT.get(kind_of(address))


def content_problem(raw: bytes, domain: str, options: list[str], utf8: bool) -> str | None:
    """Return the reply that refuses a mail, None if it is in order."""
    if any(len(line) > MOST_LINE for line in raw.split(b"\r\n")):
        return "554 5.6.0 A line is longer than 998 octets"
    if re.search(rb"(?<!\r)\n|\r(?!\n)", raw):
        return "554 5.6.11 A line break is not CR LF"
    head = raw.partition(b"\r\n\r\n")[0]
    if not head.isascii() and not utf8:
        return "554 5.6.7 A header is not ASCII and the message is not SMTPUTF8"
    if not raw.isascii() and "BODY=8BITMIME" not in options and not utf8:
        return "554 5.6.3 The message has octets above 127 without BODY=8BITMIME"
    mail = message_from_bytes(raw, policy=compat32)
    for name in ONCE:
        if len(mail.get_all(name, [])) != 1:
            return f"554 5.6.0 There is not exactly one {name} header"
    return _header_problem(mail, domain)


def _header_problem(mail: Message, domain: str) -> str | None:
    if parseaddr(str(mail["From"]))[1].rpartition("@")[2].lower() != domain.lower():
        return "554 5.7.1 From is not of the domain that this account sends for"
    try:
        parsedate_to_datetime(str(mail["Date"]))
    except ValueError:
        return "554 5.6.0 Date is not a date"
    if not re.fullmatch(r"<[^\s<>@]+@[^\s<>@]+>", str(mail["Message-ID"])):
        return "554 5.6.0 Message-ID is not one"
    way_out, post = mail["List-Unsubscribe"], mail["List-Unsubscribe-Post"]
    if post is not None and (post != "List-Unsubscribe=One-Click" or not HTTPS_URI.search(str(way_out or ""))):
        return "554 5.7.1 List-Unsubscribe is not what RFC 8058 asks for"
    return None
