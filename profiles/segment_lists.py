"""Lists: segments whose members are named one by one, and not by a rule."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from profiles.identity_values import IdentityKey
from profiles.locks import lock_people
from profiles.merging.aliases import current_ids
from profiles.models import Segment, SegmentKind, SegmentPhase, SegmentState
from profiles.rules import dependencies
from profiles.segment_checks import note
from profiles.segment_judging import place
from profiles.segment_members import members_changed
from workspaces.errors import DomainError
from workspaces.models import Workspace
from workspaces.models.base import new_id

KNOWN = "select p.id from profiles_profile p where p.workspace_id = %s and p.id = any(%s)"
OWNERS = """
select wanted.type, wanted.value, i.profile_id from unnest(%s::text[], %s::text[]) as wanted(type, value)
join profiles_identity i on i.workspace_id = %s and i.type = wanted.type and i.value = wanted.value
"""

# A person as a caller names them: by id, or by identities of which the first that is known decides.
Named = UUID | Sequence[IdentityKey]


@dataclass(frozen=True, slots=True)
class Listed:
    """What became of a change: how many are new in the list, how many are out, and the places of unknown people."""

    added: int
    removed: int
    unknown: list[int] = field(default_factory=list)


def create_list(workspace: Workspace, name: str, description: str, now: datetime) -> Segment:
    """Make an empty list. Its rule says that one is in it, so that it can be asked like any segment."""
    id_ = new_id()
    with transaction.atomic():
        rule = {"op": "segment", "id": str(id_)}
        segment = Segment.objects.create(
            id=id_, workspace=workspace, name=name, description=description, kind=SegmentKind.LIST, rule=rule
        )
        SegmentState.objects.create(
            segment=segment, workspace_id=workspace.id, phase=SegmentPhase.READY, filled_at=now, judged_at=now
        )
    return segment


def change_list(segment: Segment, add: Sequence[Named], remove: Sequence[Named], now: datetime) -> Listed:
    """Add people to a list and take others out of it; who is named in both is out.

    All in one transaction; people who do not exist are left out and counted by their place in `add`, then `remove`.
    Raises DomainError `segment_has_rule`.
    """
    if segment.kind != SegmentKind.LIST:
        raise DomainError("segment_has_rule", "Who is in this segment is said by its rule.", status=409)
    found = _find(segment.workspace, [*add, *remove])
    out = {one for one in found[len(add) :] if one is not None}
    into = {one for one in found[: len(add)] if one is not None} - out
    with transaction.atomic():
        lock_people(segment.workspace_id, into | out)
        changes = place(segment.workspace, segment.pk, into, out, now)
        name = dependencies.segment(str(segment.pk))
        note(segment.workspace_id, {change.profile_id: {name} for change in changes}, now)
        members_changed.send(segment.workspace, changes)
    entered = sum(change.entered for change in changes)
    unknown = [number for number, one in enumerate(found) if one is None]
    return Listed(entered, len(changes) - entered, unknown)


def _find(workspace: Workspace, people: Sequence[Named]) -> list[UUID | None]:
    ids = [one for one in people if isinstance(one, UUID)]
    keys = {key for one in people if not isinstance(one, UUID) for key in one}
    present = current_ids(workspace.id, ids)
    known = _known(workspace, set(present.values()))
    owners = _owners(workspace, keys)
    return [
        (present[one] if present[one] in known else None)
        if isinstance(one, UUID)
        else next((owners[key] for key in one if key in owners), None)
        for one in people
    ]


def _known(workspace: Workspace, ids: Collection[UUID]) -> set[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, [workspace.id, list(ids)])
        return {id_ for (id_,) in cursor.fetchall()}


def _owners(workspace: Workspace, keys: Collection[IdentityKey]) -> dict[IdentityKey, UUID]:
    with connection.cursor() as cursor:
        cursor.execute(OWNERS, [[key.type for key in keys], [key.value for key in keys], workspace.id])
        return {IdentityKey(type_, value): owner for type_, value, owner in cursor.fetchall()}
