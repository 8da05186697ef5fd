"""The consent ledger: write an entry, and read what holds now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from profiles.choices import ConsentStatus, Purpose
from profiles.hooks import profiles_changed
from profiles.locks import lock_people
from profiles.merging import arrivals
from profiles.merging.aliases import PeopleMoved, current_id
from profiles.merging.tries import until_settled
from profiles.models import Consent
from profiles.rules import dependencies as names_of
from workspaces.arrays import array_of, array_of_texts
from workspaces.models import Workspace
from workspaces.privacy import rules_of

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
    """What one person said about one channel and purpose, where, and which text they saw.

    `confirmed`: they said it by a link or a reply that only they can have, so nothing is left to confirm.
    """

    channel: str
    purpose: str
    status: ConsentStatus
    source: str
    at: datetime
    text_version: str = ""
    proof: dict[str, Any] = field(default_factory=dict)
    confirmed: bool = False


def current(keys: Sequence[tuple[UUID, str, str]]) -> dict[ConsentKey, ConsentStatus]:
    """Return the status that holds now, in one statement. A key without an entry is absent: that is no consent."""
    if not keys:
        return {}
    with connection.cursor() as cursor:
        people, channels, purposes = zip(*keys, strict=True)
        cursor.execute(_CURRENT, [array_of(people), array_of_texts(channels), array_of_texts(purposes)])
        return {ConsentKey(*key): ConsentStatus(status) for *key, status in cursor.fetchall()}


def newest_entries(ledger: QuerySet[Consent]) -> QuerySet[Consent]:
    """Narrow a ledger to the entries that hold now: one for each person, channel and purpose."""
    newest_first = ledger.order_by("profile_id", "channel", "purpose", "-at", "-id")
    return newest_first.distinct("profile_id", "channel", "purpose")


def append(workspace_id: UUID, profile_id: UUID, entries: Iterable[ConsentEntry], now: datetime) -> None:
    """Append to the ledger, inside the caller's transaction and without telling anybody.

    An entry of the future counts from now: it must not outlast a withdrawal that comes before its time. A grant of
    marketing on a channel with double opt-in is pending until the person confirms it (profiles.privacy.opt_in).
    """
    entries = list(entries)
    if any(_is_marketing_grant(entry) for entry in entries):
        twice = rules_of(workspace_id).double_opt_in
        entries = [_pending(profile_id, entry) if entry.channel in twice else entry for entry in entries]
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


def _is_marketing_grant(entry: ConsentEntry) -> bool:
    return entry.status == ConsentStatus.GRANTED and entry.purpose == Purpose.MARKETING and not entry.confirmed


def _pending(profile_id: UUID, entry: ConsentEntry) -> ConsentEntry:
    """What holds already need not be confirmed again."""
    key = ConsentKey(profile_id, entry.channel, entry.purpose)
    if not _is_marketing_grant(entry) or current([key]).get(key) == ConsentStatus.GRANTED:
        return entry
    return replace(entry, status=ConsentStatus.PENDING)


def record(workspace: Workspace, profile_id: UUID, entries: Sequence[ConsentEntry], now: datetime) -> None:
    """Append entries of one person, who may be named by a former id, and tell the listeners. Must run in a transaction."""
    until_settled(lambda: _record(workspace, profile_id, entries, now))


def _record(workspace: Workspace, profile_id: UUID, entries: Sequence[ConsentEntry], now: datetime) -> None:
    present = current_id(workspace.id, profile_id)
    lock_people(workspace.id, [present])
    if current_id(workspace.id, present) != present:
        raise PeopleMoved
    ledger = arrivals.consents_before(present, profile_id)
    append(workspace.id, present, entries, now)
    arrivals.of_consents(workspace.id, present, profile_id, ledger)
    what = {present: {names_of.consent(entry.channel, entry.purpose) for entry in entries}}
    profiles_changed.send(workspace, [present], what)


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
