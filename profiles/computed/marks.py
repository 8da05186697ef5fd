"""Who is to be computed anew because something happened. Only inserts: storing events never waits for a computation."""

from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

from django.db import connection

from profiles.hooks import StoredEvent
from profiles.models import ComputedMark
from workspaces.models import Workspace

# Of what happened to one person in a batch, one mark a name; and none that no definition looks at.
MARK: Final = """
insert into profiles_computedmark (workspace_id, profile_id, name)
select %(workspace)s, one.profile_id, one.name
from unnest(%(people)s::uuid[], %(names)s::text[]) as one(profile_id, name)
where exists (
    select 1 from profiles_computed c cross join unnest(c.events) as watched(name)
    where c.workspace_id = %(workspace)s and (
        watched.name = one.name or (right(watched.name, 1) = '*' and starts_with(one.name, left(watched.name, -1)))
    )
)
"""


def events_stored(workspace: Workspace, events: Sequence[StoredEvent]) -> None:
    """Listener of profiles.hooks: an event marks its person. A late one does so as any other."""
    mark_events(workspace.id, {(event.profile_id, event.name) for event in events})


def mark_events(workspace_id: UUID, happened: Collection[tuple[UUID, str]]) -> None:
    """Have people computed anew to whom something happened: (person, name of the event), each pair once."""
    if happened:
        people, names = zip(*sorted(happened), strict=True)
        with connection.cursor() as cursor:
            cursor.execute(MARK, {"workspace": workspace_id, "people": list(people), "names": list(names)})


def mark_people(workspace_id: UUID, people: Collection[UUID]) -> None:
    """Have everything computed anew for these people: their events are others than before (a merge, an erasure)."""
    ComputedMark.objects.bulk_create(
        ComputedMark(workspace_id=workspace_id, profile_id=person, name="") for person in sorted(people)
    )
