"""The consent ledger: write an entry, and read what holds now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from profiles.choices import ConsentStatus
from profiles.hooks import profiles_changed
from profiles.locks import lock_people
from profiles.models import Consent
from workspaces.models import Workspace

# The newest entry by the time at which the person said it; of two at the same instant, the one recorded last.
_CURRENT = """
select wanted.profile_id, wanted.channel, wanted.purpose, entry.status
from unnest(%s::uuid[], %s::text[], %s::text[]) as wanted(profile_id, channel, purpose)
cross join lateral (
    select status from profiles_consent
    where profile_id = wanted.profile_id and channel = wanted.channel and purpose = wanted.purpose
    order by at desc, id desc limit 1
) as entry
"""


class ConsentKey(NamedTuple):
    profile_id: UUID
    channel: str
    purpose: str


@dataclass(frozen=True, slots=True)
class ConsentEntry:
    """What one person said about one channel and purpose, where, and which text they saw."""

    channel: str
    purpose: str
    status: ConsentStatus
    source: str
    at: datetime
    text_version: str = ""
    proof: dict[str, Any] = field(default_factory=dict)


def current(keys: Sequence[tuple[UUID, str, str]]) -> dict[ConsentKey, ConsentStatus]:
    """Return the status that holds now, in one statement. A key without an entry is absent: that is no consent."""
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_CURRENT, [list(column) for column in zip(*keys, strict=True)])
        return {ConsentKey(*key): ConsentStatus(status) for *key, status in cursor.fetchall()}


def newest_entries(ledger: QuerySet[Consent]) -> QuerySet[Consent]:
    """Narrow a ledger to the entries that hold now: one for each person, channel and purpose."""
    newest_first = ledger.order_by("profile_id", "channel", "purpose", "-at", "-id")
    return newest_first.distinct("profile_id", "channel", "purpose")


def append(workspace_id: UUID, profile_id: UUID, entries: Iterable[ConsentEntry], now: datetime) -> None:
    """Append to the ledger, inside the caller's transaction and without telling anybody.

    An entry of the future counts from now: it must not outlast a withdrawal that comes before its time.
    """
    Consent.objects.bulk_create(
        Consent(
            workspace_id=workspace_id,
            profile_id=profile_id,
            channel=entry.channel,
            purpose=entry.purpose,
            status=entry.status,
            at=min(entry.at, now),
            source=entry.source,
            text_version=entry.text_version,
            proof=entry.proof,
        )
        for entry in entries
    )


def record(workspace: Workspace, profile_id: UUID, entries: Sequence[ConsentEntry], now: datetime) -> None:
    """Append entries of one person and tell the listeners. Must run in a transaction."""
    lock_people(workspace.id, [profile_id])
    append(workspace.id, profile_id, entries, now)
    profiles_changed.send(workspace, [profile_id])


def withdraw(
    workspace: Workspace,
    profile_id: UUID,
    channel: str,
    purpose: str,
    *,
    source: str,
    now: datetime,
    proof: dict[str, Any] | None = None,
) -> None:
    """Record that a person withdrew consent just now; it holds from the commit on. Must run in a transaction."""
    entry = ConsentEntry(channel, purpose, ConsentStatus.WITHDRAWN, source, now, proof=proof or {})
    record(workspace, profile_id, [entry], now)
