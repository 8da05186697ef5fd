"""Erased people stay erased: what comes late for one of their identities is refused and leaves nothing behind."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db import OperationalError, connection

from profiles.identity_types import rules_of
from profiles.identity_values import IdentityKey
from profiles.incoming import CheckedEvent
from workspaces.arrays import array_of
from workspaces.errors import DomainError
from workspaces.privacy import digest

CODE = "person_erased"
DETAIL = "The person was erased at their request; nothing is taken for them for a time."

_GATE = """
select s.salt from workspaces_privacysettings s
where s.workspace_id = %(workspace)s
  and exists (select 1 from profiles_tombstone t where t.workspace_id = %(workspace)s and t.blocks_until > %(now)s)
"""
_HELD = """
select digest from profiles_tombstone
where workspace_id = %(workspace)s and digest = any(%(digests)s) and blocks_until > %(now)s
"""
_ERASED = """
select exists (select 1 from profiles_erasure where workspace_id = %(workspace)s and profile_id = any(%(profiles)s::uuid[]))
"""


class PersonErased(DomainError):
    """Somebody of these identities was erased."""

    def __init__(self, attr: str | None = "identities") -> None:
        super().__init__(CODE, DETAIL, attr, status=409)


class ErasedMeanwhile(OperationalError):
    """An erasure began between the look at the tombstones and the lock on the person.

    Answered 503 like a database that is away: the same request, sent again, is refused for good.
    """

    code = "erased_meanwhile"


def erased_among(workspace_id: UUID, keys: Iterable[IdentityKey], now: datetime) -> set[IdentityKey]:
    """Return those of `keys` that are an erased person's. One statement where nobody is erased, else two."""
    with connection.cursor() as cursor:
        cursor.execute(_GATE, {"workspace": workspace_id, "now": now})
        gate = cursor.fetchone()
        if gate is None:
            return set()
        # As they are stored: a workspace may have rules of its own for a type.
        rules = rules_of(workspace_id)
        stored = [(key, rules.read(key)) for key in keys]
        by_digest = {digest(bytes(gate[0]), form.type, form.value): key for key, form in stored}
        cursor.execute(_HELD, {"workspace": workspace_id, "now": now, "digests": list(by_digest)})
        return {by_digest[found] for (found,) in cursor.fetchall()}


def refuse_erased(workspace_id: UUID, keys: Iterable[IdentityKey], now: datetime) -> None:
    """Raise PersonErased if one of these identities is an erased person's."""
    if erased_among(workspace_id, keys, now):
        raise PersonErased


def of_erased(workspace_id: UUID, events: Iterable[CheckedEvent], now: datetime) -> list[CheckedEvent]:
    """Return the events of erased people."""
    events = list(events)
    erased = erased_among(workspace_id, {key for event in events for key in event.identities}, now) if events else set()
    return [event for event in events if not erased.isdisjoint(event.identities)] if erased else []


def check_alive(workspace_id: UUID, profile_ids: Collection[UUID]) -> None:
    """To be called once people are locked. Raises ErasedMeanwhile."""
    if _any_erased(workspace_id, profile_ids):
        raise ErasedMeanwhile


def refuse_if_erased(workspace_id: UUID, profile_ids: Collection[UUID]) -> None:
    """As `check_alive`, for what an operator asks of people by their ids. Raises PersonErased."""
    if _any_erased(workspace_id, profile_ids):
        raise PersonErased("profile")


def _any_erased(workspace_id: UUID, profile_ids: Collection[UUID]) -> bool:
    # Every ingestion asks this of a hundred people at a time: to compile so long a list anew costs more than to look it up.
    with connection.cursor() as cursor:
        cursor.execute(_ERASED, {"workspace": workspace_id, "profiles": array_of(set(profile_ids))})
        return bool(cursor.fetchone()[0])
