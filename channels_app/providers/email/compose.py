"""What a mail looks like: text and html of one content, headers that filters and RFC 8058 ask for."""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from typing import Any
from uuid import UUID

from channels_app.providers.email.addresses import WireAddress

VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
# Filled by us; without it in its text a marketing mail has no way out for a reader whose client shows no button.
UNSUBSCRIBE = "unsubscribe_url"
MOST_SUBJECT = 200
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+")
# Seven bits everywhere, so that no server on the way needs 8BITMIME.
_PLAIN = SMTP.clone(cte_type="7bit")
_UTF8 = SMTPUTF8.clone(cte_type="7bit")


@dataclass(frozen=True, slots=True)
class Sender:
    """Who a mail is from. `bounce_domain` is where bounces go to."""

    address: WireAddress
    name: str
    bounce_domain: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A template with its values, and for whom."""

    message_id: UUID
    to: WireAddress
    body: str
    template: Mapping[str, Any]
    params: Mapping[str, str]
    unsubscribe_url: str | None


def one_line(text: str) -> str:
    """Make a header's value of a text: a line break in a name must not begin another header."""
    return _CONTROLS.sub(" ", text).strip()


def variables(body: str, template: Mapping[str, Any]) -> list[str]:
    """Return the names that a template's texts use, in order, each once, but ours."""
    texts = [str(template.get("subject") or ""), body, str(template.get("html") or "")]
    names = dict.fromkeys(name for text in texts for name in VARIABLE.findall(text))
    return [name for name in names if name != UNSUBSCRIBE]


def fill(text: str, params: Mapping[str, str], escape: Callable[[str], str] = str) -> str:
    """Put values in the place of `${name}`; one without a value stays as written."""
    return VARIABLE.sub(lambda match: escape(params[match[1]]) if match[1] in params else match[0], text)


def message_header_id(message_id: UUID, sender: Sender) -> str:
    """The same for every try, so that whoever gets a mail twice can tell."""
    return f"<{message_id}@{sender.address.domain}>"


def return_path(message_id: UUID, sender: Sender) -> str:
    """A bounce names its message by the address it comes to (variable envelope return path)."""
    return f"bounce+{message_id}@{sender.bounce_domain}"


def compose(letter: Letter, sender: Sender, now: datetime) -> bytes:
    """Return the mail as it goes over the wire, lines ended by CR LF."""
    params = dict(letter.params)
    if letter.unsubscribe_url:
        params[UNSUBSCRIBE] = letter.unsubscribe_url
    settings = letter.template
    mail = EmailMessage(_UTF8 if letter.to.utf8 else _PLAIN)
    name = one_line(fill(str(settings.get("from_name") or sender.name), params))
    mail["From"] = Address(name, sender.address.local, sender.address.domain)
    mail["To"] = Address("", letter.to.local, letter.to.domain)
    mail["Subject"] = one_line(fill(str(settings["subject"]), params))
    mail["Date"] = format_datetime(now)
    if settings.get("reply_to"):
        mail["Reply-To"] = one_line(str(settings["reply_to"]))
    mail.set_content(_printable(fill(letter.body, params)))
    if settings.get("html"):
        mail.add_alternative(_printable(fill(str(settings["html"]), params, html.escape)), subtype="html")
    return _as_they_are(letter, sender) + mail.as_bytes()


def _as_they_are(letter: Letter, sender: Sender) -> bytes:
    """Return the headers that EmailMessage would fold as encoded words when they are long, which no client reads."""
    lines = [f"Message-ID: {message_header_id(letter.message_id, sender)}"]
    if letter.unsubscribe_url:
        lines.append(f"List-Unsubscribe: <{letter.unsubscribe_url}>")
        lines.append("List-Unsubscribe-Post: List-Unsubscribe=One-Click")
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def _printable(text: str) -> str:
    return text.replace("\0", "").encode(errors="replace").decode()
