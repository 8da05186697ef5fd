"""What merging tells others, inside its transaction."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from profiles.hooks import Hook


@dataclass(frozen=True, slots=True)
class PeopleMerged:
    """`merged_id` is part of `survivor_id` from now on: what belonged to it has been moved, its row is gone.

    A listener that moves rows of its own puts into `notes` what it must know to bring them back; it gets it again
    when the merge is undone.
    """

    merge_id: UUID
    survivor_id: UUID
    merged_id: UUID
    at: datetime
    notes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PeopleUnmerged:
    """The merge was taken back: `merged_id` is a person again."""

    merge_id: UUID
    survivor_id: UUID
    merged_id: UUID
    at: datetime
    notes: dict[str, Any] = field(default_factory=dict)


# Told before people are locked, with everybody whom a merge or its undoing concerns: whoever drives them from elsewhere
# (a lane) and takes their locks later must be kept out first. Order everywhere: identities, this, people, rows.
merges_ahead: Hook[UUID] = Hook()
profiles_merged: Hook[PeopleMerged] = Hook()
profiles_unmerged: Hook[PeopleUnmerged] = Hook()
