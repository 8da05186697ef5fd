"""Exit rules over messages and over journeys: who has live runs that these end is judged again when either moves.

What an exit rule looks at is found by names of changes, as for segments (`profiles.rules.dependencies`); a segment that a
rule names is found by the index of what segments depend on.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from uuid import UUID

from django.utils import timezone

from journeys.runtime import nudges
from journeys.runtime.plans import plan_of
from journeys.store.lane import lane_of
from journeys.store.postgres import execute, query
from journeys.store.segment_news import Changed
from profiles.rules import dependencies
from profiles.rules.dependencies import Watched
from profiles.segment_index import dependents

WANTS = """
select exists (select 1 from journeys_journeyversion where workspace_id = %(workspace)s and watches_person) as wants
"""
INSIDE = """
select e.id, e.lane, e.journey_id, e.profile_id, e.version_id
from journeys_enrollment e join journeys_journeyversion v on v.id = e.version_id and v.watches_person
where e.profile_id = any(%(people)s) and e.workspace_id = %(workspace)s and e.ended_at is null
"""
# Of entries that nobody has looked at one is enough: it says no more than to judge again.
TELL = """
insert into journeys_inboxentry (workspace_id, lane, enrollment_id, kind, name, ref, occurred_at, payload)
select e.workspace_id, e.lane, e.id, 'person', '', e.profile_id, %(now)s, '{}'
from journeys_enrollment e where e.id = any(%(runs)s) and e.ended_at is null order by e.id
"""
ANY_MESSAGE, SEGMENTS = dependencies.message(""), dependencies.segment("")


def wants(workspace: UUID) -> bool:
    """Whether any version of the workspace has an exit rule over the person's data."""
    return bool(query(WANTS, {"workspace": workspace})[0]["wants"])


def changed(workspace: UUID, changes: Changed) -> None:
    """`journeys.store.segment_news.Listener`: names of changes of people, in the transaction that makes them.

    `message:` alone stands for a message of whatever channel.
    """
    rows = query(INSIDE, {"workspace": workspace, "people": list(changes)})
    if not rows:
        return
    watched = {row["version_id"]: _watched(str(row["version_id"])) for row in rows}
    names = {person: set(of_person) for person, of_person in changes.items()}
    if any(one.name.startswith(SEGMENTS) for version in watched.values() for one in version):
        _add_segments(workspace, names)
    found = [row for row in rows if _concerns(watched[row["version_id"]], names[row["profile_id"]])]
    if found:
        execute(TELL, {"runs": [row["id"] for row in found], "now": timezone.now()})
        nudges.lanes_after_commit(
            {lane_of(workspace, row["lane"], row["journey_id"], row["profile_id"]) for row in found}
        )


@lru_cache(maxsize=1024)
def _watched(version: str) -> frozenset[Watched]:
    rules = [rule for _, rule in plan_of(version).exit_conditions]
    return frozenset(one for rule in rules for one in dependencies.watched(rule))


def _concerns(watched: frozenset[Watched], names: Iterable[str]) -> bool:
    return any(
        # A message of whatever channel is one of the channel that is watched.
        name.startswith(one.name) if one.is_prefix else one.name == name or _is_any(name, one.name)
        for one in watched
        for name in names
    )


def _is_any(name: str, watched: str) -> bool:
    return name == ANY_MESSAGE and watched.startswith(ANY_MESSAGE)


def _add_segments(workspace: UUID, names: Mapping[UUID, set[str]]) -> None:
    """Who is in a segment may have changed, too, where the segment depends on what has."""
    concerned = dependents(workspace, set().union(*names.values()))
    for of_person in names.values():
        for name in list(of_person):
            of_person |= {dependencies.segment(str(one)) for one in concerned.get(name, ())}
