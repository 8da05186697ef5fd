"""Short links: each message has an address of its own for where its template's links lead.

Vendors refuse addresses in variables (isv.PARAM_NOT_SUPPORT_URL), so the approved text has the brand's domain and `/l/`,
and the variable carries the code alone. `Template.settings["links"]` says which variables these are, and where they lead.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from channels_app.models import ChannelAccount, Message, ShortLink, Template
from channels_app.ports import ports
from channels_app.providers.sms.provider import CODE_LENGTH, PREFERENCES, UNSUBSCRIBE
from channels_app.unsubscribe_token import unsubscribe_url

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
GOOD_FOR = timedelta(days=180)
MOST_DRAWS = 5


class CodesExhausted(RuntimeError):
    """No free code was drawn in several tries."""

    code = "codes_exhausted"


@dataclass(frozen=True, slots=True)
class _Wanted:
    message_id: UUID
    param: str
    target: str


def codes(account: ChannelAccount, templates: Mapping[UUID, Template], now: datetime) -> dict[UUID, dict[str, str]]:
    """Return variable → code for each message (`templates` maps its id to its template) that has links.

    A message keeps its codes however often it is asked about. Needs a transaction; raises CodesExhausted.
    """
    wanted = [
        _Wanted(message_id, param, target)
        for message_id, template in templates.items()
        for param, target in template.settings.get("links", {}).items()
    ]
    if not wanted:
        return {}
    for _ in range(MOST_DRAWS):
        known = _known({one.message_id for one in wanted})
        missing = [one for one in wanted if one.param not in known.get(one.message_id, {})]
        if not missing:
            return known
        _draw(account, missing, now)
    raise CodesExhausted(f"{len(missing)} short links found no free code")


def _known(ids: set[UUID]) -> dict[UUID, dict[str, str]]:
    known: dict[UUID, dict[str, str]] = {}
    for message_id, param, code in ShortLink.objects.filter(message_id__in=ids).values_list(
        "message_id", "param", "code"
    ):
        known.setdefault(message_id, {})[param] = code
    return known


def _draw(account: ChannelAccount, missing: list[_Wanted], now: datetime) -> None:
    """Give each a code; whose code is taken already, and whom another process served first, is passed over."""
    messages = Message.objects.in_bulk({one.message_id for one in missing})
    ShortLink.objects.bulk_create(
        [
            ShortLink(
                workspace_id=account.workspace_id,
                account=account,
                code="".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)),
                target=_target(one.target, messages[one.message_id], now),
                param=one.param,
                created_at=now,
                expires_at=now + GOOD_FOR,
                **_origin(messages[one.message_id]),
            )
            for one in missing
        ],
        ignore_conflicts=True,
    )


def _target(target: str, message: Message, now: datetime) -> str:
    """Where the link leads: what the operator wrote, or the person's own page. A draft's tester gets theirs, too."""
    if target == UNSUBSCRIBE:
        return unsubscribe_url(settings.PUBLIC_URL, message.pk)
    if target == PREFERENCES:
        return ports.preferences()(message.workspace_id, message.profile_id, now)
    return target


def _origin(message: Message) -> dict[str, Any]:
    return {
        "message_id": message.pk,
        "address": message.address,
        "enrollment_id": message.enrollment_id,
        "journey_id": message.journey_id,
        "node": message.node,
        "test": message.test,
    }
