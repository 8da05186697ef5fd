"""Judging people by segments: one statement that compares, keeps what is new, and plans when to look again.

Whatever asks for a judgement (a change, an instant that is due, a rule that is new) comes through here, with the people
locked. What is written is only what is different, so the cost is that of the people asked about, and of their flips.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import NamedTuple
from uuid import UUID

from django.db import DatabaseError, connection

from profiles import segment_failures
from profiles.rule_sql import Sql, condition
from profiles.rules.ast import InSegment
from profiles.segment_definitions import Definitions, all_definitions, expanded
from profiles.segment_dues import next_flip
from workspaces.errors import DomainError
from workspaces.models import Workspace

# Questions in one statement: planning one is work for the server too.
AT_ONCE = 40

# Whoever is not there any more is in no segment.
BRANCH = """
select %s::uuid as segment_id, g.id as profile_id, p.id is not null as is_known,
    coalesce(p.workspace_id = %s and {rule}, false) as is_in, {due} as due_at
from {group} g left join profiles_profile p on p.id = g.id
cross join (select 'infinity'::timestamptz as since) m
"""
# Most of a judgement of a few people was the planning: dozens of questions of a table in parts, with their indexes. What
# they have done is therefore read once, and the questions asked of that, under the table's name.
EVENTS = """
profiles_event as materialized (select * from profiles_event where profile_id = any(%s::uuid[])), """
HOW_MANY = "select count(*) from (select 1 from profiles_event where profile_id = any(%s::uuid[]) limit %s) e"
# Their events times themselves: what each question reads.
MOST_READ = 2_000
# An instant that no calendar of ours reaches is none.
# Who enters and leaves at one instant has been in at none; that is the same where two clocks differ.
JUDGE = """
with {events}{groups}, judged as materialized ({branches}),
entered as (
    insert into profiles_segmentmember (workspace_id, segment_id, profile_id, since)
    select %s, j.segment_id, j.profile_id, %s from judged j
    where j.is_in and not exists (
        select 1 from profiles_segmentmember s where s.segment_id = j.segment_id and s.profile_id = j.profile_id)
    on conflict do nothing returning segment_id, profile_id
), gone as (
    delete from profiles_segmentmember s using judged j
    where s.segment_id = j.segment_id and s.profile_id = j.profile_id and not j.is_in
    returning s.workspace_id, s.segment_id, s.profile_id, s.since, j.is_known
), kept as (
    insert into profiles_segmentstay (workspace_id, segment_id, profile_id, entered_at, left_at)
    select workspace_id, segment_id, profile_id, since, %s from gone where since < %s on conflict do nothing
), planned as (
    insert into profiles_segmentdue as d (workspace_id, segment_id, profile_id, due_at)
    select %s, j.segment_id, j.profile_id, j.due_at from judged j where j.due_at < '9000-01-01' and j.is_known
    on conflict (segment_id, profile_id) do update set due_at = excluded.due_at where d.due_at <> excluded.due_at
), unplanned as (
    delete from profiles_segmentdue d using judged j
    where d.segment_id = j.segment_id and d.profile_id = j.profile_id and (coalesce(j.due_at, 'infinity') >= '9000-01-01' or not j.is_known)
)
select segment_id, profile_id, true, true from entered
union all select segment_id, profile_id, false, is_known from gone
"""
# In one order everywhere. A segment is not deleted while somebody is judged by it: its members are deleted after.
HOLD = """
select segment_id from profiles_segmentstate where segment_id = any(%s) and phase <> 'failed'
order by segment_id for no key update
"""
NOTE = """
update profiles_segmentstate s set judged_at = greatest(s.judged_at, %(at)s), size = s.size + g.grown
from unnest(%(segments)s::uuid[], %(grown)s::int[]) as g(segment_id, grown) where s.segment_id = g.segment_id
"""


@dataclass(frozen=True, slots=True)
class MemberChange:
    """Somebody has entered or left a segment; `at` (aware) is when that was found."""

    segment_id: UUID
    profile_id: UUID
    entered: bool
    at: datetime


class _Question(NamedTuple):
    """Of whom a segment is asked, what says that they are in it, and when that may change by itself (None: never)."""

    segment: UUID
    people: frozenset[UUID]
    holds: Sql
    due: Sql | None


def judge(workspace: Workspace, asked: Mapping[UUID, Collection[UUID]], at: datetime) -> list[MemberChange]:
    """Bring what is kept of these people (by segment) to what the rules say at `at`; return what has changed.

    Must run in a transaction in which they are locked: definitions are read after that, so that a rule that is changed
    meanwhile is judged by again. Segments that are gone, or have failed, are left out. One that cannot be judged fails
    (`segment_failures`) and keeps no other back.
    """
    present = _held([segment for segment, people in asked.items() if people])
    known = all_definitions(workspace.id)
    made = partial(Definitions, workspace.id, known)
    questions = []
    for segment in present:
        try:
            rule = expanded(InSegment(op="segment", id=str(segment)), made())
            holds, due = condition(rule, at, made()), next_flip(rule, at, made)
        except (DomainError, ArithmeticError, ValueError) as error:
            segment_failures.fail(segment, error, at)
        else:
            questions.append(_Question(segment, frozenset(asked[segment]), holds, due))
    changes: list[MemberChange] = []
    few = _few({person for question in questions for person in question.people})
    for start in range(0, len(questions), AT_ONCE):
        changes += _together(workspace, questions[start : start + AT_ONCE], at, few)
    return changes


def place(
    workspace: Workspace, segment: UUID, into: Collection[UUID], out: Collection[UUID], at: datetime
) -> list[MemberChange]:
    """Put people into a list and others out of it; return what has changed. Must run as `judge`."""
    said = ((into, Sql("true")), (out, Sql("false")))
    present = _held([segment])
    questions = [_Question(one, frozenset(people), holds, None) for one in present for people, holds in said if people]
    return _bring(workspace, questions, at) if questions else []


def _together(
    workspace: Workspace, questions: Sequence[_Question], at: datetime, few: Sequence[UUID]
) -> list[MemberChange]:
    """Judge in one statement. If it fails, each by itself: then it is known whose fault it is."""
    try:
        with segment_failures.bounded():
            return _bring(workspace, questions, at, few)
    except DatabaseError as error:
        if not segment_failures.is_of_statement(error):
            raise
        if len(questions) == 1:
            segment_failures.fail(questions[0].segment, error, at)
            return []
    return [change for question in questions for change in _together(workspace, [question], at, few)]


def _bring(
    workspace: Workspace, questions: Sequence[_Question], at: datetime, few: Sequence[UUID] = ()
) -> list[MemberChange]:
    changes: list[MemberChange] = []
    grown = {question.segment: 0 for question in questions}
    statement = _statement(workspace.id, questions, at, few)
    with connection.cursor() as cursor:
        cursor.execute(statement.text, statement.params)
        rows = cursor.fetchall()
    for segment, person, entered, is_known in rows:
        grown[segment] += 1 if entered else -1
        if is_known:
            changes.append(MemberChange(segment, person, entered, at))
    _note(grown, at)
    return changes


def _statement(workspace: UUID, questions: Sequence[_Question], at: datetime, few: Sequence[UUID]) -> Sql:
    groups: dict[frozenset[UUID], str] = {}
    branches: list[str] = []
    params: list[object] = []
    for segment, people, holds, due in questions:
        group = groups.setdefault(people, f"g{len(groups)}")
        branches.append(
            BRANCH.format(rule=holds.text, due=f"({due.text})" if due else "null::timestamptz", group=group)
        )
        params += [segment, workspace, *holds.params, *(due.params if due else ())]
    named = ", ".join(f"{name} as (select unnest(%s::uuid[]) as id)" for name in groups.values())
    text = JUDGE.format(events=EVENTS if few else "", groups=named, branches=" union all ".join(branches))
    of_few = (list(few),) if few else ()
    return Sql(text, (*of_few, *(sorted(group) for group in groups), *params, workspace, at, at, at, workspace))


def _few(people: Collection[UUID]) -> list[UUID]:
    """The people, if they have so few events that those are better read once; else nobody."""
    if not 0 < len(people) <= MOST_READ:
        return []
    most = MOST_READ // len(people)
    with connection.cursor() as cursor:
        cursor.execute(HOW_MANY, [list(people), most + 1])
        return sorted(people) if cursor.fetchone()[0] <= most else []


def _held(segments: Sequence[UUID]) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [list(segments)])
        return [id_ for (id_,) in cursor.fetchall()]


def _note(grown: Mapping[UUID, int], at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(NOTE, {"at": at, "segments": list(grown), "grown": list(grown.values())})
