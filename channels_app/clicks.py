"""`GET /l/<code>`: leads a person on, and tells what they did to their message and their journeys."""

import logging
import re
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.utils import timezone

from channels_app.channels import identity_types
from channels_app.choices import MessageState
from channels_app.models import ShortLink
from channels_app.ports import PortMissing
from channels_app.providers.inbound import Inbound, InboundEvent, ProviderReceipt
from channels_app.providers.sms.provider import is_web_address
from channels_app.receipts import take_in

log = logging.getLogger(__name__)

# Programs that look at a link before, or instead of, a person: security scanners of handsets, previews of chat programs.
ROBOT = re.compile(
    r"(?<!cu)bot\b|spider|crawl|preview|slurp|facebookexternalhit|whatsapp|curl/|wget/|python-|httpclient|okhttp|headless",
    re.IGNORECASE,
)
MOST_UTM = 10


def follow(request: HttpRequest, code: str) -> HttpResponse:
    """Redirect to where an operator's link leads. An unknown code is 404, one whose time is over 410."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    link = ShortLink.objects.select_related("account").filter(code=code).first()
    if link is None or not is_web_address(link.target):
        return _plain("There is no such link.", 404)
    now = timezone.now()
    if link.expires_at <= now:
        return _plain("This link is no longer good.", 410)
    if request.method == "GET" and not is_robot(request) and not link.target.startswith(settings.PUBLIC_URL + "/"):
        # Whoever wants out has not clicked on an offer.
        _record(link, now)
    answer = HttpResponseRedirect(link.target)
    answer["Cache-Control"] = "no-store"
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def is_robot(request: HttpRequest) -> bool:
    """Tell whether a program fetches the page ahead of a person, by its own word."""
    headers = request.headers
    purposes = (headers.get(name, "") for name in ("Purpose", "Sec-Purpose", "X-Purpose", "X-Moz"))
    agent = headers.get("User-Agent", "")
    return not agent or any("pre" in purpose.lower() for purpose in purposes) or ROBOT.search(agent) is not None


def _record(link: ShortLink, now: datetime) -> None:
    try:
        take_in(link.account, _inbound(link, now), now)
    except (DatabaseError, PortMissing):
        # Whoever taps a link is to arrive, even where nobody can write it down.
        log.exception("a click on the short link of message %s is lost", link.message_id)


def _inbound(link: ShortLink, now: datetime) -> Inbound:
    """A second tap within the same second is the same click."""
    key = f"click:{link.code}:{int(now.timestamp())}"
    receipt = ProviderReceipt(
        dedup_key=key,
        attempt=None,
        provider_id="",
        address=link.address,
        outcome=MessageState.CLICKED,
        code="",
        detail="",
        reported_at=now,
        payload={"url": link.target},
        message_id=link.message_id,
    )
    if link.test:
        return Inbound(receipts=(receipt,))
    identity = identity_types(link.account.channel)[0]
    event = InboundEvent(key, "link_clicked", {identity: link.address}, now, _properties(link))
    return Inbound(receipts=(receipt,), events=(event,))


def _properties(link: ShortLink) -> dict[str, Any]:
    origin = {
        "url": link.target,
        "channel": link.account.channel,
        "message": str(link.message_id),
        "journey": str(link.journey_id or ""),
        "enrollment": str(link.enrollment_id or ""),
        "node": link.node,
    }
    campaign = [pair for pair in parse_qsl(urlsplit(link.target).query) if pair[0].startswith("utm_")]
    return {name: value for name, value in (*campaign[:MOST_UTM], *origin.items()) if value}


def _plain(text: str, status: int) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
