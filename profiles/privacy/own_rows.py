"""What profiles holds of a person, and every table of any app that has a `profile_id` and nobody who sees to it."""

from collections import Counter
from datetime import datetime
from typing import Any, Final

from django.apps import apps
from django.db import connection, models
from django.db.models import Q

from profiles.locks import lock_people
from profiles.models import EventProperty, ProfileMerge
from workspaces.erasing import Removed, Subject, handled_tables, patterns

# Emptied or kept here; the person's row, identities and conflicts go last, see profiles.privacy.erasure.
HANDLES: Final = frozenset({"profiles_event", "profiles_consent", "profiles_erasure", "profiles_segmentmember"})
LAST: Final = frozenset({"profiles_identity", "profiles_identityconflict", "profiles_profile", "profiles_profilealias"})
KEPT_BY_LAW: Final = frozenset({"workspaces_auditentry"})

# The facts stay countable: when something of which name happened. The sender's id may say who it was.
_EVENTS = """
update profiles_event set properties = '{}', event_id = 'erased:' || id
where id in (select id from profiles_event where profile_id = any(%s) and event_id <> 'erased:' || id limit %s)
"""
# Who said what when, to which text, stays (PIPL art. 14, 69: the burden of proof is the handler's); how it is known to
# be them goes, except hashes and references that name nobody.
_PROOF = """
update profiles_consent set proof = kept.proof
from (select c.id, coalesce((select jsonb_object_agg(p.key, p.value) from jsonb_each(c.proof) p
                             where p.key = any(%s)), '{}') as proof
      from profiles_consent c where c.profile_id = any(%s)) kept
where profiles_consent.id = kept.id and profiles_consent.proof <> kept.proof
"""
# What was refused of theirs is whole and unread; `reader` names whom traits that were too large were meant for.
_REJECTED = """
delete from profiles_rejectedevent
where workspace_id = %s and (payload::text like any(%s) or detail like any(%s) or reader ->> 'profile' = any(%s))
"""
# The catalogue has examples from the events of everybody: those that may be theirs go, the next events bring others.
_SAMPLES = """
update profiles_eventtally t set sample = '{}'
where t.workspace_id = %(workspace)s and t.sample <> '{}' and exists (
    select 1 from profiles_event e where e.profile_id = any(%(people)s) and e.name = t.name and e.properties = t.sample)
"""
_DEFINITIONS = """
select distinct d.id from profiles_eventdefinition d
where d.workspace_id = %(workspace)s
      and d.name in (select e.name from profiles_event e where e.profile_id = any(%(people)s) and e.properties <> '{}')
"""
# Two people who were one, or may have been: rows that hold both of them as they were.
_PAIRS = {
    "profiles_matchsuggestion": "first_id = any(%(people)s) or second_id = any(%(people)s)",
    "profiles_keptapart": "first_id = any(%(people)s) or second_id = any(%(people)s)",
    "profiles_arrival": "profile_id = any(%(people)s) or home_id = any(%(people)s)",
}
_SEGMENTS = """
select s.segment_id from profiles_segmentstate s where s.segment_id in (
    select segment_id from profiles_segmentmember where profile_id = any(%(people)s)) order by 1 for update
"""
_MEMBERS = """
with gone as (delete from profiles_segmentmember where profile_id = any(%(people)s) returning segment_id),
counted as (select segment_id, count(*) as number from gone group by segment_id),
lessened as (update profiles_segmentstate s set size = greatest(s.size - c.number, 0)
             from counted c where s.segment_id = c.segment_id)
select count(*) from gone
"""
KEPT_PROOF = ["ip_hash", "text_digest", "language", "message", "by", "via"]


def erase(subject: Subject, now: datetime, limit: int) -> Removed:
    """`workspaces.erasing.Eraser` of this app."""
    lock_people(subject.workspace_id, subject.profile_ids)
    rows: Counter[str] = Counter()
    people, sought = subject.profile_ids, patterns(subject.searchable)
    values: dict[str, Any] = {"workspace": subject.workspace_id, "people": people}
    with connection.cursor() as cursor:
        # Before the events are emptied, by which examples of theirs are known.
        cursor.execute(_SAMPLES, values)
        rows["profiles_eventtally"] = cursor.rowcount
        rows["profiles_eventproperty"] = _forget_examples(values)
        cursor.execute(_EVENTS, (people, limit))
        rows["profiles_event"] = cursor.rowcount
        if cursor.rowcount >= limit:
            return Removed(rows, more=True)
        cursor.execute(_PROOF, (KEPT_PROOF, people))
        rows["profiles_consent"] = cursor.rowcount
        cursor.execute(_REJECTED, (subject.workspace_id, sought, sought, [str(one) for one in people]))
        rows["profiles_rejectedevent"] = cursor.rowcount
        cursor.execute(_SEGMENTS, values)
        cursor.execute(_MEMBERS, values)
        rows["profiles_segmentmember"] = cursor.fetchone()[0]
        for table, theirs in _PAIRS.items():
            cursor.execute(f"delete from {table} where workspace_id = %(workspace)s and ({theirs})", values)  # ours
            rows[table] = cursor.rowcount
        for table in unclaimed_tables():
            cursor.execute(
                f"delete from {table} where workspace_id = %s and profile_id = any(%s)",  # our tables' names
                (subject.workspace_id, people),
            )
            rows[table] += cursor.rowcount
    rows += _forget_merges(subject)
    return Removed(+rows)


def _forget_examples(values: dict[str, Any]) -> int:
    """Of every name that they have an event of: the first call, which still sees the events, does all of them."""
    with connection.cursor() as cursor:
        cursor.execute(_DEFINITIONS, values)
        named = [id_ for (id_,) in cursor.fetchall()]
    properties = EventProperty.objects.filter(definition_id__in=named).exclude(examples=[])
    return properties.update(examples=[])


def _forget_merges(subject: Subject) -> Counter[str]:
    """Remove every merge of theirs, with both people as they were, what was shelved, and how it was undone."""
    people = subject.profile_ids
    theirs = ProfileMerge.objects.filter(Q(survivor_id__in=people) | Q(merged_id__in=people))
    _, by_model = theirs.filter(workspace_id=subject.workspace_id).delete()
    return Counter({label.lower().replace(".", "_"): number for label, number in by_model.items()})


def unclaimed_tables() -> list[str]:
    """Tables with a person's id that no eraser names: the person's rows are simply removed."""
    seen_to = HANDLES | LAST | KEPT_BY_LAW | _PAIRS.keys() | handled_tables()
    return sorted(model._meta.db_table for model in _models() if model._meta.db_table not in seen_to)


def _models() -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_models()
        if {"workspace_id", "profile_id"} <= {field.attname for field in model._meta.concrete_fields}
    ]
