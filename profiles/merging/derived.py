"""What is derived from people, when two become one or are two again: members of segments, spells in classes, computing.

All of it is found anew afterwards, because somebody has changed; here it is kept coherent until then.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from django.db import connection

from profiles.computed.marks import mark_people
from profiles.merging.tables import PersonTable, hand_over, note, shelve
from profiles.models import ClassSpell, ProfileMerge, SegmentMember

MEMBERS: Final = PersonTable(SegmentMember)
# In one order everywhere, as profiles.segment_judging holds them.
_HOLD = """
select segment_id from profiles_segmentstate where segment_id in (
    select segment_id from profiles_segmentmember where profile_id = any(%s)
    union select (row ->> 'segment_id')::uuid from profiles_mergedrows m cross join jsonb_array_elements(m.shelved) row
    where m.merge_id = %s and m.table = 'profiles_segmentmember'
) order by segment_id for no key update
"""
_SIZE = """
update profiles_segmentstate s set size = s.size + g.grown
from unnest(%s::uuid[], %s::int[]) as g(segment_id, grown) where s.segment_id = g.segment_id
"""
# Their class may have been found anew meanwhile, of both together.
_REOPEN_SPELLS = """
update profiles_classspell c set until = null
where c.id = any(%(spells)s) and c.profile_id = %(merged)s and c.until is not null and not exists (
    select 1 from profiles_classspell o
    where o.computed_id = c.computed_id and o.profile_id = c.profile_id and o.until is null
)
"""


def move_members(record: ProfileMerge) -> int:
    """Whoever of both has been in a segment for longer says since when the survivor is; the other row is put aside."""
    people = [record.survivor_id, record.merged_id]
    since = {(row.profile_id, row.segment_id): row.since for row in SegmentMember.objects.filter(profile_id__in=people)}
    both = [segment for person, segment in since if person == record.merged_id and (people[0], segment) in since]
    older = {segment for segment in both if since[record.merged_id, segment] < since[record.survivor_id, segment]}
    shelved = shelve(MEMBERS, record.survivor_id, {str(one) for one in older})
    shelved += shelve(MEMBERS, record.merged_id, {str(one) for one in both if one not in older})
    keys = hand_over(MEMBERS, record.merged_id, record.survivor_id)
    note(record, MEMBERS, keys, shelved)
    return len(keys)


def keep_sizes(record: ProfileMerge, work: Callable[[], None]) -> None:
    """Do what changes the members of segments, and count these by it."""
    people = [record.survivor_id, record.merged_id]
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [people, record.id])
    before = _memberships(people)
    work()
    after = _memberships(people)
    grown = {one: after[one] - before[one] for one in before | after if after[one] != before[one]}
    if grown:
        with connection.cursor() as cursor:
            cursor.execute(_SIZE, [list(grown), list(grown.values())])


def have_computed(record: ProfileMerge) -> None:
    """Have everything computed for the survivor, and remember which spells were open."""
    spells = ClassSpell.objects.filter(profile_id__in=[record.survivor_id, record.merged_id], until=None)
    record.after["spells"] = list(spells.values_list("id", flat=True))
    mark_people(record.workspace_id, [record.survivor_id])


def have_computed_again(record: ProfileMerge) -> None:
    """After the undoing, for both."""
    values: dict[str, Any] = {"spells": record.after["spells"], "merged": record.merged_id}
    with connection.cursor() as cursor:
        cursor.execute(_REOPEN_SPELLS, values)
    mark_people(record.workspace_id, [record.survivor_id, record.merged_id])


def _memberships(people: list[UUID]) -> Counter[UUID]:
    return Counter(SegmentMember.objects.filter(profile_id__in=people).values_list("segment_id", flat=True))
