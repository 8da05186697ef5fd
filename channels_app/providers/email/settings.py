"""What an account's settings and a template of a mail must be, before anything is sent."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from channels_app.providers.email.addresses import BadAddress, wire_address, wire_domain
from channels_app.providers.email.compose import MOST_SUBJECT, UNSUBSCRIBE, VARIABLE
from channels_app.providers.hosts import is_loopback

MOST_HTML = 200_000
MOST_NAME = 100
MOST_ANSWER_SECONDS = 600


def problem_with_settings(settings: Mapping[str, Any]) -> str | None:
    """Say what is wrong with an account's settings, None if they are in order."""
    try:
        sender = wire_address(str(settings.get("from_address") or ""))
        if settings.get("bounce_domain"):
            wire_domain(str(settings["bounce_domain"]))
    except BadAddress as error:
        return f"from_address and bounce_domain: {error}."
    if sender.utf8:
        return "from_address has an ASCII part before @, so that every server can answer it."
    name = settings.get("from_name", "")
    if not isinstance(name, str) or len(name) > MOST_NAME:
        return f"from_name is a text of at most {MOST_NAME} characters."
    seconds = settings.get("answer_seconds", 60)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds <= MOST_ANSWER_SECONDS:
        return f"answer_seconds is a number above 0 and up to {MOST_ANSWER_SECONDS}."
    if not isinstance(settings.get("starttls", False), bool):
        return "starttls is true or false."
    return _problem_with_public_url(settings.get("public_url"))


def _problem_with_public_url(value: object) -> str | None:
    try:
        url = urlsplit(value if isinstance(value, str) else "")
        host = url.hostname
    except ValueError:
        host = None
    if not host or not url.geturl().isascii() or url.query or url.fragment or url.username:
        return "public_url is the address at which recipients reach this installation, e.g. https://t.example.com."
    # RFC 8058, section 3.1: a one-click address is HTTPS.
    if url.scheme != "https" and not (url.scheme == "http" and is_loopback(host)):
        return "public_url begins with https://."
    return None


def problem_with_texts(body: str, purpose: str, template: Mapping[str, Any]) -> tuple[str, str, str] | None:
    """Say what is wrong with a template as (field, code, detail), None if it is in order."""
    subject, html, reply_to = template.get("subject"), template.get("html") or "", template.get("reply_to")
    if not isinstance(subject, str) or not subject.strip() or len(subject) > MOST_SUBJECT:
        return "settings", "no_subject", f"settings.subject is a text of 1 to {MOST_SUBJECT} characters."
    if not isinstance(html, str) or len(html) > MOST_HTML:
        return "settings", "html_too_long", f"settings.html is a text of at most {MOST_HTML} characters."
    if not isinstance(template.get("from_name") or "", str):
        return "settings", "bad_from_name", "settings.from_name is a text."
    if reply_to is not None and _is_no_address(reply_to):
        return "settings", "bad_reply_to", "settings.reply_to is a mail address."
    for text in (subject, str(template.get("from_name") or "")):
        if UNSUBSCRIBE in VARIABLE.findall(text):
            return "settings", "misplaced_unsubscribe", "The way out belongs in the text, not in a header."
    used = [UNSUBSCRIBE in VARIABLE.findall(text) for text in (body, html) if text]
    if purpose == "marketing" and not all(used):
        return "body", "marketing_without_opt_out", f"A marketing mail's text and html contain ${{{UNSUBSCRIBE}}}."
    if purpose != "marketing" and any(used):
        return "body", "opt_out_of_service", f"Only a marketing mail contains ${{{UNSUBSCRIBE}}}."
    return None


def _is_no_address(value: object) -> bool:
    try:
        return not isinstance(value, str) or wire_address(value).utf8
    except BadAddress:
        return True
