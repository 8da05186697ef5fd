"""The index of dependencies: which segments a change can concern, found without asking the segments."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from uuid import UUID

from django.db import connection

from profiles.models import Segment, SegmentWatch
from profiles.rules import dependencies
from profiles.rules.ast import InSegment
from profiles.rules.dependencies import Watched
from profiles.segment_definitions import Definition, Definitions, all_definitions, expanded

# Both branches by an index; beginnings are few, and are compared one by one.
DEPENDENTS = """
select c.name, w.segment_id from unnest(%(names)s::text[]) as c(name)
join profiles_segmentwatch w on w.workspace_id = %(workspace)s and not w.is_prefix and w.name = c.name
union
select c.name, w.segment_id from unnest(%(names)s::text[]) as c(name)
join profiles_segmentwatch w on w.workspace_id = %(workspace)s and w.is_prefix and starts_with(c.name, w.name)
"""


def dependents(workspace: UUID, names: Collection[str]) -> dict[str, set[UUID]]:
    """For each of these changes that concerns any segment: which ones."""
    found: dict[str, set[UUID]] = defaultdict(set)
    if names:
        with connection.cursor() as cursor:
            cursor.execute(DEPENDENTS, {"workspace": workspace, "names": sorted(names)})
            for name, segment in cursor.fetchall():
                found[name].add(segment)
    return found


def index(workspace: UUID, segments: Collection[UUID]) -> None:
    """Write down what these segments depend on, in place of what was written before. Must run in a transaction."""
    definitions = all_definitions(workspace)
    SegmentWatch.objects.filter(segment_id__in=segments).delete()
    SegmentWatch.objects.bulk_create(
        SegmentWatch(workspace_id=workspace, segment_id=id_, name=one.name, is_prefix=one.is_prefix)
        for id_ in segments
        for one in sorted(_watched(str(id_), workspace, definitions))
    )


def naming(segment: Segment) -> set[UUID]:
    """The segments that open this one, directly or by others."""
    name = dependencies.segment(str(segment.pk))
    return dependents(segment.workspace_id, [name]).get(name, set())


def _watched(id_: str, workspace: UUID, definitions: Mapping[str, Definition]) -> frozenset[Watched]:
    if definitions[id_].is_list:
        return frozenset()
    # The segments that it opens are among them: who changes one of those finds this one.
    opened: set[str] = set()
    rule = expanded(InSegment(op="segment", id=id_), Definitions(workspace, definitions), opened)
    return dependencies.watched(rule) | {Watched(dependencies.segment(one)) for one in opened - {id_}}
