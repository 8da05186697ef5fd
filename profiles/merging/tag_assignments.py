"""Who gave which tag, when two people become one or are two again: the assignments say what Profile.tags says.

Of an open assignment of each, the one whose value holds stays open, with its source and expiry; of two such the newer.
The other is put aside, and comes back with the undoing.
"""

from typing import Any, Final
from uuid import UUID

from django.db import connection

from profiles import tags
from profiles.merging.tables import PersonTable, give_back_keys, hand_over, note, put_back, shelve
from profiles.models import MergedRows, ProfileMerge, TagAssignment

TABLE: Final = PersonTable(TagAssignment)
# What has come since by their identities: what their tags say, and the survivor's do not.
_ARRIVED = """
update profiles_tagassignment a set profile_id = %(merged)s
from profiles_profile p, profiles_profile s
where a.profile_id = %(survivor)s and a.ended_at is null and p.id = %(merged)s and s.id = %(survivor)s
  and p.tags ? a.key and nullif(p.tags -> a.key, 'null') is not distinct from a.value
  and not (s.tags ? a.key and nullif(s.tags -> a.key, 'null') is not distinct from a.value)
  and not exists (
      select 1 from profiles_tagassignment o
      where o.profile_id = %(merged)s and o.key = a.key and (o.ended_at is null or o.id = any(%(open)s))
  )
"""
_END = """
update profiles_tagassignment set ended_at = now(), ended_because = 'replaced' where id = any(%s) and ended_at is null
"""
# Of what was open when they were merged, whatever their tags say still.
_REOPEN = """
update profiles_tagassignment a set ended_at = null, ended_because = '', ended_by = ''
from profiles_profile p
where a.id = any(%(open)s) and a.profile_id = any(%(people)s) and a.ended_at is not null and p.id = a.profile_id
  and p.tags ? a.key and nullif(p.tags -> a.key, 'null') is not distinct from a.value
  and not exists (
      select 1 from profiles_tagassignment o
      where o.profile_id = a.profile_id and o.key = a.key and o.ended_at is null
  )
"""


def move(record: ProfileMerge) -> int:
    """Give the merged person's to the survivor, and put aside what says otherwise than the tags that both have now."""
    both = TagAssignment.objects.filter(profile_id__in=[record.survivor_id, record.merged_id])
    rows = list(both.filter(ended_at=None).order_by("at", "id"))
    known = record.after["tags"]
    standing = {row.key: row for row in rows if row.key in known and repr(row.value) == repr(known[row.key])}
    losing = [row for row in rows if standing.get(row.key) is not row]
    shelved: list[dict[str, Any]] = []
    for person in (record.survivor_id, record.merged_id):
        shelved += shelve(TABLE, person, {str(row.pk) for row in losing if row.profile_id == person})
    keys = hand_over(TABLE, record.merged_id, record.survivor_id)
    note(record, TABLE, keys, shelved)
    record.after["open"] = [row.pk for row in rows]
    return len(keys)


def give_back(record: ProfileMerge, rows: MergedRows | None) -> None:
    """Give everybody theirs back. What is known of both is written already."""
    values = {
        "survivor": record.survivor_id,
        "merged": record.merged_id,
        "people": [record.survivor_id, record.merged_id],
        "open": record.after["open"],
    }
    if rows is not None:
        give_back_keys(rows, TABLE, record.survivor_id, record.merged_id)
        put_back(TABLE, _ended(rows.shelved))
    with connection.cursor() as cursor:
        cursor.execute(_ARRIVED, values)
    for person in (record.survivor_id, record.merged_id):
        _end_others(person)
    with connection.cursor() as cursor:
        cursor.execute(_REOPEN, values)


def _ended(shelved: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """As if another had replaced them: only one may be open at a time."""
    return [{**row, "ended_at": row["at"], "ended_because": "replaced"} for row in shelved]


def _end_others(person: UUID) -> None:
    """End what the person's tags do not say any more, before something else takes its place."""
    said = tags.said_by([person])
    rows = TagAssignment.objects.filter(profile_id=person, ended_at=None)
    wrong = [row.pk for row in rows if (row.key, repr(row.value)) not in said]
    if wrong:
        with connection.cursor() as cursor:
            cursor.execute(_END, [wrong])
