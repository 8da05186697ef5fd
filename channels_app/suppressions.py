"""Addresses that get nothing more on a channel: refusals by numbers that no profile has, and what operators enter."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection

from channels_app.models import Suppression
from channels_app.ports import OptOut
from channels_app.providers.sms.phone import address_of
from workspaces.errors import DomainError

SUPPRESSED = """
select address from channels_app_suppression
where workspace_id = %s and channel = %s and lifted_at is null and address = any(%s)
"""
PHONE_CHANNELS = frozenset({"sms", "call"})


def suppressed(workspace_id: UUID, channel: str, addresses: Iterable[str]) -> set[str]:
    """Return those of `addresses`, written as messages carry them, that must get nothing on `channel`."""
    with connection.cursor() as cursor:
        cursor.execute(SUPPRESSED, (workspace_id, channel, list(addresses)))
        return {row[0] for row in cursor.fetchall()}


def normalise(channel: str, address: str) -> str:
    """Write an address as messages carry it: phone numbers in E.164."""
    return address_of(address.replace(" ", "").replace("-", "")) if channel in PHONE_CHANNELS else address.strip()


def keep(refusals: Sequence[OptOut]) -> None:
    """Remember refusals by their addresses. One that is remembered already stays as it was."""
    Suppression.objects.bulk_create(
        [
            Suppression(
                workspace_id=refusal.workspace_id,
                channel=refusal.channel,
                address=normalise(refusal.channel, refusal.address),
                source=refusal.source,
                proof=dict(refusal.proof),
                at=refusal.at,
            )
            for refusal in refusals
        ],
        ignore_conflicts=True,
    )


def add(workspace_id: UUID, channel: str, address: str, proof: dict[str, Any], now: datetime) -> Suppression:
    """Enter an address on an operator's word; entering it again returns the entry there is."""
    found, _ = Suppression.objects.get_or_create(
        workspace_id=workspace_id,
        channel=channel,
        address=normalise(channel, address),
        lifted_at=None,
        defaults={"source": "operator", "proof": proof, "at": now},
    )
    return found


def lift(entry: Suppression, by: AbstractBaseUser | None, reason: str, now: datetime) -> Suppression:
    """Let the address be written to again, where consent allows it. Raises DomainError if it already may."""
    lifted = Suppression.objects.filter(pk=entry.pk, lifted_at=None).update(
        lifted_at=now, lifted_by=by, lift_reason=reason
    )
    if not lifted:
        raise DomainError("already_lifted", "This entry has been lifted already.", status=409)
    entry.refresh_from_db()
    return entry
