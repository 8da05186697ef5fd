"""How people moved between the classes of a model, and who is where."""

from datetime import datetime
from typing import Final, NamedTuple

from django.db import connection

from profiles.computed.calculation import PREFIX
from profiles.models import Computed
from profiles.rule_leaves.sql import Sql

# Somebody who is in no class at one of the two instants is shown as coming from, or going to, nowhere (null).
MOVED: Final = """
select {group}, a.label, b.label, count(*) from (
    select profile_id, label from profiles_classspell where computed_id = %s and since <= %s and (until is null or until > %s)
) a full join (
    select profile_id, label from profiles_classspell where computed_id = %s and since <= %s and (until is null or until > %s)
) b using (profile_id) {among} group by 1, 2, 3 order by 4 desc, 1, 2 nulls first, 3 nulls first
"""
GRID: Final = """
select (attributes #>> %s)::numeric::int as r, (attributes #>> %s)::numeric::int as f, (attributes #>> %s)::numeric::int as m,
    attributes #>> %s as label, count(*)
from profiles_profile where workspace_id = %s and jsonb_typeof(attributes #> %s) = 'number'
    and jsonb_typeof(attributes #> %s) = 'number' and jsonb_typeof(attributes #> %s) = 'number'
group by 1, 2, 3, 4 order by 1, 2, 3
"""
LABELS: Final = """
select label, count(*) from profiles_classspell where computed_id = %s and until is null group by 1 order by 1
"""


class Move(NamedTuple):
    """How many people were in one class, and later in another; None: in none."""

    origin: str | None
    destination: str | None
    people: int


class Cell(NamedTuple):
    r: int
    f: int
    m: int
    label: str
    people: int


def movement(computed: Computed, begins: datetime, ends: datetime) -> list[Move]:
    """Between the classes at two instants (aware), the most frequent first; who stayed is among them."""
    return [move for _, move in _moved(computed, begins, ends, Sql("''"), Sql(""))]


def movement_of(computed: Computed, begins: datetime, ends: datetime, groups: Sql) -> list[tuple[str, Move]]:
    """The same within each of several groups of people, with the group's name.

    `groups`: a subquery, in brackets, of `profile_id` and `grp`, each person once; who is not in it is left out.
    """
    among = Sql(f"join {groups.text} p using (profile_id)", groups.params)
    return _moved(computed, begins, ends, Sql("p.grp"), among)


def _moved(computed: Computed, begins: datetime, ends: datetime, group: Sql, among: Sql) -> list[tuple[str, Move]]:
    values = [value for at in (begins, ends) for value in (computed.pk, at, at)]
    with connection.cursor() as cursor:
        cursor.execute(MOVED.format(group=group.text, among=among.text), [*group.params, *values, *among.params])
        return [(name, Move(*row)) for name, *row in cursor.fetchall()]


def grid(computed: Computed) -> list[Cell]:
    """How many people have each combination of scores now."""
    r, f, m, label = ([PREFIX, f"{computed.key}{end}"] for end in ("_r", "_f", "_m", ""))
    with connection.cursor() as cursor:
        cursor.execute(GRID, [r, f, m, label, computed.workspace_id, r, f, m])
        return [Cell(*row) for row in cursor.fetchall()]


def classes(computed: Computed) -> dict[str, int]:
    """How many people are in each class now."""
    with connection.cursor() as cursor:
        cursor.execute(LABELS, [computed.pk])
        return dict(cursor.fetchall())
