"""A batch of people: the same result as one REST upsert after the other, at the price of a few statements.

Whoever has only identities that nobody has, that nobody else in the batch has, and one of each type, is new, whatever
the rules of matching are: they are written by COPY (`new_people`). All others go the way of profiles.upsert, in one call.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import islice
from uuid import UUID

import orjson
from django.db import connection, transaction

from profiles.hooks import profiles_changed
from profiles.identity import resolve
from profiles.identity_types import rules_of
from profiles.identity_values import IdentityKey
from profiles.imports import consents, new_people
from profiles.imports.consents import Proof
from profiles.imports.new_people import NewPerson
from profiles.imports.outcome import DryRun, Outcome
from profiles.imports.people_rows import PersonRow, RefusedRow
from profiles.locks import FINE_LOCKS, lock_identities
from profiles.person_changes import PersonChange, apply_changes
from profiles.privacy import tombstones
from workspaces.models import Workspace

_KNOWN = """
select identity.value from json_array_elements_text(%s::json) as wanted(value)
join profiles_identity identity
  on identity.workspace_id = %s and identity.type = %s and identity.value = wanted.value
"""


class _TooMuch(Exception):
    """Rolls back, so that nothing of the people who would be too large stays behind."""

    def __init__(self, people: Collection[int]) -> None:
        super().__init__("attributes_too_large")
        self.people = people


def write_people(workspace: Workspace, rows: Sequence[PersonRow], proof: Proof, now: datetime, *, dry: bool) -> Outcome:
    """Write a batch; with `dry`, only say what it would be. Must run in a transaction."""
    outcome = Outcome()
    rules = rules_of(workspace.id)
    rows = [row.read_by(rules) for row in rows] if rules.own else rows
    if not dry:
        # More than FINE_LOCKS of them take the one lock over all, whichever they are.
        lock_identities(workspace.id, islice({key for row in rows for key in row.identities}, FINE_LOCKS + 1))
    erased = tombstones.erased_among(workspace.id, {key for row in rows for key in row.identities}, now)
    if erased:
        theirs = [row for row in rows if not erased.isdisjoint(row.identities)]
        outcome.refused += [(row.row, RefusedRow(tombstones.CODE)) for row in theirs]
        rows = [row for row in rows if erased.isdisjoint(row.identities)]
    fresh, rest = _divide(workspace, rows)
    prepared: list[NewPerson] = []
    for row in fresh:
        new = new_people.prepare(row)
        if new is None:
            outcome.refused.append((row.row, RefusedRow("attributes_too_large")))
        else:
            prepared.append(new)
    created = [] if dry else new_people.store(workspace.id, prepared, proof, now)
    outcome.created += len(prepared)
    outcome.fresh += [new.person.identities for new in prepared]
    if created:
        # Nobody else can know of them before the commit, so they need no lock.
        profiles_changed.send(workspace, created)
    while rest:
        try:
            with transaction.atomic():
                outcome.add(_upsert(workspace, rest, proof, now))
                if dry:
                    raise DryRun
            break
        except DryRun:
            break
        except _TooMuch as error:
            refused = [row for place, row in enumerate(rest) if place in error.people]
            outcome.refused += [(row.row, RefusedRow("attributes_too_large")) for row in refused]
            rest = [row for place, row in enumerate(rest) if place not in error.people]
    return outcome


def _divide(workspace: Workspace, rows: Sequence[PersonRow]) -> tuple[list[PersonRow], list[PersonRow]]:
    """Those who are certainly new, and all others; each in the order of the file."""
    times = Counter(key for row in rows for key in row.identities)
    known = _known(workspace, times)
    fresh: list[PersonRow] = []
    rest: list[PersonRow] = []
    for row in rows:
        # How many of one type somebody may have is for the rules of identities to say.
        is_plain = len({key.type for key in row.identities}) == len(row.identities)
        is_new = is_plain and all(times[key] == 1 and key not in known for key in row.identities)
        (fresh if is_new else rest).append(row)
    return fresh, rest


def _known(workspace: Workspace, keys: Collection[IdentityKey]) -> set[IdentityKey]:
    by_type: dict[str, list[str]] = {}
    for type_, value in keys:
        by_type.setdefault(type_, []).append(value)
    found: set[IdentityKey] = set()
    with connection.cursor() as cursor:
        for type_, values in by_type.items():
            cursor.execute(_KNOWN, [orjson.dumps(values).decode(), workspace.id, type_])
            found.update(IdentityKey(type_, value) for (value,) in cursor.fetchall())
    return found


def _upsert(workspace: Workspace, rows: Sequence[PersonRow], proof: Proof, now: datetime) -> Outcome:
    """As profiles.upsert, for many. Raises _TooMuch."""
    resolution = resolve(workspace.id, [row.identities for row in rows], now)
    owners = resolution.profile_ids
    tombstones.check_alive(workspace.id, owners)
    changes: dict[UUID, list[PersonChange]] = {}
    for owner, home, row in zip(owners, resolution.homes, rows, strict=True):
        if row.attributes or row.tags:
            changes.setdefault(owner, []).append(PersonChange(row.attributes, row.tags, home=home))
    applied = apply_changes(changes, now)
    if applied.too_large:
        raise _TooMuch({place for place, owner in enumerate(owners) if owner in applied.too_large})
    told = consents.append(workspace.id, zip(owners, rows, strict=True), proof, now)
    changed = resolution.changed | applied.changed | told
    profiles_changed.send(workspace, sorted(changed))
    outcome, new = Outcome(), set(resolution.created)
    for owner, row in zip(owners, rows, strict=True):
        if owner in new:
            new.discard(owner)
            outcome.created += 1
            outcome.fresh.append(row.identities)
        elif owner in changed:
            outcome.updated += 1
        else:
            outcome.unchanged += 1
    return outcome
