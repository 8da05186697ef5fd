"""Who a rule holds for: of everybody, counted and shown in part, or of some people; now or as of an instant."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from profiles.rule_sql import condition, everybody
from profiles.rules.ast import Rule
from profiles.segment_definitions import Definitions
from workspaces.models import Workspace


class Found(NamedTuple):
    """How many people there are, and the first of them in the order of their ids."""

    people: int
    sample: list[UUID]


def count(workspace: Workspace, rule: Rule, at: datetime, *, as_of: bool = False) -> int:
    asked = everybody(workspace.id, rule, at, Definitions(workspace.id), as_of=as_of)
    with connection.cursor() as cursor:
        cursor.execute(f"select count(*) {asked.text}", asked.params)
        return int(cursor.fetchone()[0])


def preview(workspace: Workspace, rule: Rule, at: datetime, *, sample: int, as_of: bool = False) -> Found:
    """Everybody whom the rule holds for at `at` (aware); with `as_of`, by what was known then."""
    total = count(workspace, rule, at, as_of=as_of)
    if total == 0:
        return Found(0, [])
    asked = everybody(workspace.id, rule, at, Definitions(workspace.id), as_of=as_of)
    with connection.cursor() as cursor:
        cursor.execute(f"select p.id {asked.text} order by p.id limit %s", (*asked.params, sample))
        return Found(total, [id_ for (id_,) in cursor.fetchall()])


def matching(
    workspace: Workspace, rule: Rule, profiles: Sequence[UUID], at: datetime, *, as_of: bool = False
) -> set[UUID]:
    """Those of `profiles` whom the rule holds for."""
    asked = condition(rule, at, Definitions(workspace.id), as_of=as_of)
    with connection.cursor() as cursor:
        cursor.execute(
            "select p.id from profiles_profile p cross join (select 'infinity'::timestamptz as since) m"
            f" where p.workspace_id = %s and p.id = any(%s) and {asked.text}",
            (workspace.id, list(profiles), *asked.params),
        )
        return {id_ for (id_,) in cursor.fetchall()}
