"""Every table that says something of a person, found by its column, and its rows moved from one person to another.

A table of `profiles` or `channels_app` with a column `profile_id` is moved without being named here. Where a person
has at most one such row (a unique constraint over the column), the merged person's is shelved if the survivor has one.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import orjson
from django.apps import apps
from django.db import connection, models
from django.db.models import Exists, OuterRef, Q, QuerySet

from profiles.models import MergedRows, ProfileMerge

_APPS: Final = ("profiles", "channels_app")
# Moved by profiles.merging itself; or a queue that is claimed before its people are locked, whose entries about somebody
# who is gone find nobody.
_EXEMPT: Final = frozenset(
    {
        "profiles.Identity",
        "profiles.SegmentCheck",
        "profiles.ComputedMark",
        "profiles.TagAssignment",
        "profiles.SegmentMember",
    }
)
PERSON: Final = "profile_id"


@dataclass(frozen=True, slots=True)
class PersonTable:
    """A table with rows of people. `key` names a row among those of one person, as SQL over the table's columns."""

    model: type[models.Model]

    @property
    def name(self) -> str:
        return self.model._meta.db_table

    @property
    def key_columns(self) -> list[str]:
        return [str(field.column) for field in self.model._meta.pk_fields if field.column != PERSON]

    @property
    def key(self) -> str:
        return " || '/' || ".join(f"{column}::text" for column in self.key_columns)

    def uniques(self) -> Iterator[tuple[list[str], Q | None]]:
        """The other columns of each unique constraint over the person, and its condition."""
        meta = self.model._meta
        for constraint in meta.total_unique_constraints + [
            one for one in meta.constraints if isinstance(one, models.UniqueConstraint) and one.condition
        ]:
            columns = [_by_name(self.model, name).attname for name in constraint.fields]
            if PERSON in columns:
                yield [column for column in columns if column != PERSON], constraint.condition
        keys = [field.attname for field in meta.pk_fields]
        if PERSON in keys:
            yield [name for name in keys if name != PERSON], None
        if next(field for field in meta.concrete_fields if field.column == PERSON).unique:
            yield [], None


def person_tables() -> list[PersonTable]:
    """Every such table, by name."""
    found = [
        PersonTable(model)
        for label in _APPS
        for model in apps.get_app_config(label).get_models()
        if model._meta.managed and model._meta.label not in _EXEMPT and PERSON in _columns(model)
    ]
    return sorted(found, key=lambda table: table.name)


def move(merge: ProfileMerge, table: PersonTable, *, aside: bool = False) -> int:
    """Give the merged person's rows to the survivor, and record which. Returns how many went over.

    With `aside` none goes over: all are shelved.
    """
    doubles = _keys(table, merge.merged_id) if aside else _doubles(table, merge.survivor_id, merge.merged_id)
    shelved = shelve(table, merge.merged_id, doubles)
    keys = hand_over(table, merge.merged_id, merge.survivor_id)
    note(merge, table, keys, shelved)
    return len(keys)


def give_back(rows: MergedRows, table: PersonTable, holder: UUID, to: UUID) -> None:
    """Give the rows that a merge moved, and that are with `holder` still, back to `to`, and those that were shelved."""
    give_back_keys(rows, table, holder, to)
    put_back(table, rows.shelved)


def note(merge: ProfileMerge, table: PersonTable, keys: Sequence[str], shelved: Sequence[Mapping[str, Any]]) -> None:
    """Remember what was moved and what was shelved."""
    if keys or shelved:
        MergedRows.objects.create(
            workspace_id=merge.workspace_id, merge=merge, table=table.name, keys=list(keys), shelved=list(shelved)
        )


def hand_over(table: PersonTable, source: UUID, target: UUID) -> list[str]:
    """Give all of one person's rows to another; return their keys."""
    return _update(table, source, target, "true", [])


def give_back_keys(rows: MergedRows, table: PersonTable, holder: UUID, to: UUID) -> None:
    _update(table, holder, to, f"{table.key} = any(%s)", [rows.keys])


def put_back(table: PersonTable, shelved: Sequence[Mapping[str, Any]]) -> None:
    if shelved:
        statement = f"insert into {table.name} select * from json_populate_recordset(null::{table.name}, %s::json)"
        with connection.cursor() as cursor:
            cursor.execute(statement, [orjson.dumps(shelved).decode()])


def shelve(table: PersonTable, person: UUID, keys: Collection[str]) -> list[dict[str, Any]]:
    """Take rows of one person out of the table; return them."""
    if not keys:
        return []
    statement = f"delete from {table.name} where {PERSON} = %s and {table.key} = any(%s) returning to_json({table.name}.*)::text"
    with connection.cursor() as cursor:
        cursor.execute(statement, [person, sorted(keys)])
        return [orjson.loads(row) for (row,) in cursor.fetchall()]


def _update(table: PersonTable, source: UUID, target: UUID, condition: str, params: Sequence[Any]) -> list[str]:
    statement = (
        f"update {table.name} set {PERSON} = %s where {PERSON} = %s and {condition} returning {table.key} as key"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [target, source, *params])
        return sorted(key for (key,) in cursor.fetchall())


def _keys(table: PersonTable, person: UUID) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"select {table.key} from {table.name} where {PERSON} = %s", [person])
        return {key for (key,) in cursor.fetchall()}


def _doubles(table: PersonTable, survivor: UUID, merged: UUID) -> set[str]:
    """The keys of the merged person's rows of which the survivor has one already."""
    found: set[str] = set()
    rows: QuerySet[models.Model] = QuerySet(table.model)
    for columns, condition in table.uniques():
        rivals = rows.filter(**{PERSON: survivor}, **{column: OuterRef(column) for column in columns})
        mine = rows.filter(**{PERSON: merged})
        if condition is not None:
            rivals, mine = rivals.filter(condition), mine.filter(condition)
        keys = mine.filter(Exists(rivals)).values_list(*(_attname(table.model, one) for one in table.key_columns))
        found |= {"/".join(str(part) for part in key) for key in keys}
    return found


def _columns(model: type[models.Model]) -> set[str]:
    return {field.column for field in model._meta.concrete_fields if field.column}


def _attname(model: type[models.Model], column: str) -> str:
    return next(field.attname for field in model._meta.concrete_fields if field.column == column)


def _by_name(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    return next(field for field in model._meta.concrete_fields if field.name == name)
