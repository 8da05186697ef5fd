"""What an SMTP reply means (RFC 5321, section 4.2; enhanced codes of RFC 3463 and 6531)."""

import re
from datetime import timedelta

from channels_app.providers.base import Refused
from channels_app.providers.errors import ErrorClass

# Greylisting servers want minutes between tries; RFC 5321 (4.5.4.1) asks for 30, which no reader of a welcome has.
GREYLISTED = timedelta(minutes=5)
NO_SPACE = timedelta(minutes=10)
MOST_DETAIL = 500
_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
# x.1 address, x.2 mailbox; of the latter's, a full or disabled mailbox is as much the recipient's as one that is not there.
_OF_RECIPIENT = frozenset({"1", "2"})


def enhanced(text: str) -> str:
    """Return the enhanced status code in a reply, or an empty text."""
    match = _ENHANCED.search(text)
    return match[0] if match else ""


def refused(stage: str, code: int, text: str) -> Refused:
    """Sort a refusal at `stage` (login, mail, rcpt or data). The server has certainly not taken the message."""
    full = enhanced(text)
    named = f"{code} {full}".strip()
    detail = text[:MOST_DETAIL]
    if 400 <= code < 500:
        return _later(stage, code, named, detail)
    subject = full.split(".")[1] if full else ""
    if stage == "login":
        return Refused(ErrorClass.ACCOUNT, named, detail)
    if stage == "mail" and code != 552:
        # The sender is refused, and with it every message of the account.
        return Refused(ErrorClass.ACCOUNT, named, detail)
    if stage == "rcpt" and code == 530:
        return Refused(ErrorClass.ACCOUNT, named, detail)
    if stage == "rcpt" and (subject in _OF_RECIPIENT or (not subject and code in {550, 551, 552, 553})):
        return Refused(ErrorClass.RECIPIENT_PERMANENT, named, detail)
    if stage == "data" and subject in _OF_RECIPIENT:
        return Refused(ErrorClass.RECIPIENT_PERMANENT, named, detail)
    return Refused(ErrorClass.CONTENT_PERMANENT, named, detail)


def _later(stage: str, code: int, named: str, detail: str) -> Refused:
    if code in {450, 451} and stage == "rcpt":
        return Refused(ErrorClass.DELAY_UNTIL, named, detail, GREYLISTED)
    if code == 452:
        return Refused(ErrorClass.DELAY_UNTIL, named, detail, NO_SPACE)
    return Refused(ErrorClass.RETRY, named, detail)
