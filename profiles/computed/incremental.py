"""People computed anew because something happened to them, or because it is time."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from profiles.computed.definitions import watches
from profiles.computed.group import compute
from profiles.models import Computed, ComputedDue
from workspaces.models import Workspace

AT_ONCE = 1_000
CLAIM = """
delete from profiles_computedmark where id in (
    select id from profiles_computedmark where workspace_id = %s order by id limit %s for update skip locked
) returning profile_id, name
"""
CLAIM_DUE = """
select computed_id, profile_id from profiles_computeddue where workspace_id = %s and due_at <= %s
order by due_at limit %s for update skip locked
"""


def compute_marked(workspace: Workspace, now: datetime, limit: int = AT_ONCE) -> bool:
    """Compute the next people to whom something happened, in one transaction; tell whether there may be more.

    The marks go with it: an event that commits meanwhile has a mark of its own.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(CLAIM, [workspace.id, limit])
            rows = cursor.fetchall()
        if rows:
            names: dict[str, set[UUID]] = defaultdict(set)
            for person, name in rows:
                names[name].add(person)
            wanted = {
                computed: sorted(people)
                for computed in _ready(workspace)
                if (people := set().union(*(names[name] for name in names if _concerns(computed, name))))
            }
            # First: passes, too, lock a definition before its people.
            _touched(wanted, now)
            compute(workspace, wanted, now)
    return len(rows) == limit


def compute_due(workspace: Workspace, now: datetime, limit: int = AT_ONCE) -> bool:
    """Compute the next people whose values change by time alone; tell whether there may be more."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(CLAIM_DUE, [workspace.id, now, limit])
            rows = cursor.fetchall()
        if rows:
            people: dict[UUID, list[UUID]] = defaultdict(list)
            for computed_id, person in rows:
                people[computed_id].append(person)
            ready = {computed.pk: computed for computed in _ready(workspace)}
            wanted = {ready[id_]: sorted(those) for id_, those in people.items() if id_ in ready}
            compute(workspace, wanted, now)
            # What computed them has written when they are due again. One whose definition is gone, or failed, is not:
            # it computes everybody anew.
            for computed_id, those in people.items():
                claimed = ComputedDue.objects.filter(computed_id=computed_id, profile_id__in=those)
                claimed.filter(due_at__lte=now).delete()
    return len(rows) == limit


def _ready(workspace: Workspace) -> list[Computed]:
    """Those that can be computed: a model that has no fit yet computes everybody when it has."""
    rows = Computed.objects.filter(workspace=workspace, is_ending=False).select_related("workspace").order_by("pk")
    return [one for one in rows if one.computed_at is not None or one.pass_at is not None]


def _concerns(computed: Computed, name: str) -> bool:
    return not name or any(watches(watched, name) for watched in computed.events)


def _touched(wanted: Iterable[Computed], now: datetime) -> None:
    Computed.objects.filter(pk__in=[computed.pk for computed in wanted]).update(touched_at=now)
