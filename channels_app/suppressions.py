"""Addresses that get nothing more on a channel: refusals by numbers that no profile has, and what operators enter."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection

from channels_app.models import Suppression
from channels_app.ports import OptOut
from channels_app.providers.sms.phone import address_of
from workspaces.arrays import array_of_texts
from workspaces.errors import DomainError
from workspaces.privacy import digest, salt_of, settings_of

SUPPRESSED = """
select address from channels_app_suppression
where workspace_id = %s and channel = %s and lifted_at is null and address = any(%s::text[])
"""
HASH = "hash:"
PHONE_CHANNELS = frozenset({"sms", "call"})
EXPIRED = "expired"
MOST_IMPORTED = 1_000


class Entered(NamedTuple):
    """What became of a list of addresses; the three add up to its length."""

    added: int
    known: int
    rejected: list[tuple[int, str]]


def suppressed(workspace_id: UUID, channel: str, addresses: Iterable[str]) -> set[str]:
    """Return those of `addresses`, written as messages carry them, that must get nothing on `channel`."""
    addresses = list(addresses)
    salt = salt_of(workspace_id)
    asked = {address: address for address in addresses}
    if salt is not None:
        # Refusals of erased people are kept as hashes.
        asked |= {HASH + digest(salt, channel, address): address for address in addresses}
    with connection.cursor() as cursor:
        cursor.execute(SUPPRESSED, (workspace_id, channel, array_of_texts(asked)))
        return {asked[row[0]] for row in cursor.fetchall()}


def hashed_address(workspace_id: UUID, channel: str, address: str, now: datetime) -> str:
    """Return what stands for an erased person's address. Must run in a transaction."""
    return HASH + digest(bytes(settings_of(workspace_id, now).salt), channel, address)


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


def add(
    workspace_id: UUID,
    channel: str,
    address: str,
    proof: dict[str, Any],
    now: datetime,
    *,
    by: str = "",
    expires_at: datetime | None = None,
) -> Suppression:
    """Enter an address on an operator's word; entering it again returns the entry there is."""
    if expires_at is not None and expires_at <= now:
        raise DomainError("already_over", "This time is over already.", "expires_at")
    found, _ = Suppression.objects.get_or_create(
        workspace_id=workspace_id,
        channel=channel,
        address=normalise(channel, address),
        lifted_at=None,
        defaults={
            "source": "operator",
            "proof": proof,
            "reason": str(proof.get("reason", "")),
            "added_by": by,
            "expires_at": expires_at,
            "at": now,
        },
    )
    return found


def enter(
    workspace_id: UUID,
    channel: str,
    addresses: Sequence[str],
    now: datetime,
    *,
    reason: str,
    by: str,
    expires_at: datetime | None = None,
) -> Entered:
    """Enter a list of addresses, e.g. one of another system's. One that cannot be an address is told by its place."""
    wanted: dict[str, None] = {}
    rejected: list[tuple[int, str]] = []
    for place, address in enumerate(addresses):
        written = normalise(channel, address)
        if not _can_be(channel, written):
            rejected.append((place, "invalid_address"))
        else:
            wanted[written] = None
    known = set(
        Suppression.objects.filter(
            workspace_id=workspace_id, channel=channel, lifted_at=None, address__in=wanted
        ).values_list("address", flat=True)
    )
    Suppression.objects.bulk_create(
        [
            Suppression(
                workspace_id=workspace_id,
                channel=channel,
                address=address,
                source="import",
                reason=reason,
                added_by=by,
                expires_at=expires_at,
                at=now,
            )
            for address in wanted
            if address not in known
        ],
        ignore_conflicts=True,
    )
    added = len(wanted.keys() - known)
    return Entered(added, len(addresses) - added - len(rejected), rejected)


def _can_be(channel: str, address: str) -> bool:
    if channel in PHONE_CHANNELS:
        return address.startswith("+") and address[1:].isdigit() and 8 <= len(address) <= 16
    return "@" in address.strip("@") if channel == "email" else 0 < len(address) <= 255


def lift_expired(now: datetime) -> int:
    """Lift the entries whose time is over; the sweep does it every few seconds."""
    over = Suppression.objects.filter(lifted_at=None, expires_at__lte=now)
    return over.update(lifted_at=now, lift_reason=EXPIRED)


def lift(entry: Suppression, by: AbstractBaseUser | None, reason: str, now: datetime) -> Suppression:
    """Let the address be written to again, where consent allows it. Raises DomainError if it already may."""
    lifted = Suppression.objects.filter(pk=entry.pk, lifted_at=None).update(
        lifted_at=now, lifted_by=by, lift_reason=reason
    )
    if not lifted:
        raise DomainError("already_lifted", "This entry has been lifted already.", status=409)
    entry.refresh_from_db()
    return entry
