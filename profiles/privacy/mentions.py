"""Search every table of a workspace for a person's identities, and blacken them where they stand in others' rows.

This is what proves an erasure: not what the erasers meant to remove, but what can still be found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import orjson
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from profiles.privacy.own_rows import LAST
from workspaces.erasing import Subject, patterns, redact
from workspaces.models.base import new_id

# Settings that operators write: a mention is reported, and theirs to remove; to rewrite a published graph or an
# approved text would change what runs for everybody.
SETTINGS: Final = frozenset(
    {
        "channels_app_channelaccount",
        "channels_app_signature",
        "channels_app_template",
        "journeys_journey",
        "journeys_journeyfolder",
        "journeys_journeyversion",
        "journeys_reviewdefinition",
        "journeys_reviewrules",
        "journeys_reviewcosts",
        "journeys_reviewreport",
        "journeys_savedplay",
        "profiles_computed",
        "profiles_consenttext",
        "profiles_identitytype",
        "profiles_segment",
        "profiles_segmentwatch",
        "profiles_tag",
        "workspaces_apikey",
        "workspaces_membership",
        "workspaces_privacysettings",
        "workspaces_retentionrun",
    }
)
# Salted hashes alone, which the certificate needs.
SKIPPED: Final = frozenset({"profiles_tombstone"})


# A sequential look at so many rows takes a fraction of a second.
MOST_SEARCHED_INLINE: Final = 200_000


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    pk: tuple[str, ...]
    columns: tuple[models.Field[Any, Any], ...]
    unique: frozenset[str]


@cache
def tables() -> dict[str, Table]:
    """Every table with rows of a workspace and a column that could hold text."""
    found = {}
    for model in apps.get_models():
        meta = model._meta
        names = {field.attname for field in meta.concrete_fields}
        columns = tuple(field for field in meta.concrete_fields if _holds_text(field))
        if (
            "workspace_id" in names
            and columns
            and meta.db_table not in SKIPPED
            and meta.db_table != "profiles_identity"
        ):
            pk = tuple(_column(field) for field in meta.pk_fields)
            found[meta.db_table] = Table(meta.db_table, pk, columns, _unique(model))
    return dict(sorted(found.items()))


def _holds_text(field: models.Field[Any, Any]) -> bool:
    if field.choices or isinstance(field, models.UUIDField):
        return False
    inner = field.base_field if isinstance(field, ArrayField) else field
    return isinstance(inner, models.CharField | models.TextField | models.JSONField)


def _column(field: models.Field[Any, Any]) -> str:
    return connection.ops.quote_name(str(field.column))


def _unique(model: type[models.Model]) -> frozenset[str]:
    constraints = [set(c.fields) for c in model._meta.constraints if isinstance(c, models.UniqueConstraint)]
    named = {field for fields in constraints for field in fields}
    named |= {field.name for field in model._meta.concrete_fields if field.unique}
    return frozenset(named | {field.name for field in model._meta.pk_fields})


def are_small() -> bool:
    """Tell whether a request may search the tables itself, by PostgreSQL's estimate of the largest."""
    with connection.cursor() as cursor:
        cursor.execute("select max(reltuples) from pg_class where relname = any(%s)", [list(tables())])
        return float(cursor.fetchone()[0] or 0) < MOST_SEARCHED_INLINE


def count(table: Table, subject: Subject, needles: Sequence[str]) -> int:
    """How many rows name the person."""
    with connection.cursor() as cursor:
        where, values = _where(table, subject, needles)
        cursor.execute(f"select count(*) from {table.name} where {where}", values)  # our tables' names
        return int(cursor.fetchone()[0])


def blacken(table: Table, subject: Subject, needles: Sequence[str], limit: int) -> int:
    """Replace the identities in at most `limit` rows; return how many. Must run in a transaction."""
    names = ", ".join((*table.pk, *(_column(field) for field in table.columns)))
    with connection.cursor() as cursor:
        # The log of what was decided is append-only but for this: its trigger asks for the word.
        cursor.execute("set local zhitu.erasing = 'on'")
        where, values = _where(table, subject, needles)
        cursor.execute(
            f"select {names} from {table.name} where {where} limit %s for update",  # as above
            [*values, limit],
        )
        rows = cursor.fetchall()
        for row in rows:
            pk, old = row[: len(table.pk)], row[len(table.pk) :]
            new = [_redacted(table, field, value, needles) for field, value in zip(table.columns, old, strict=True)]
            sets = ", ".join(f"{_column(field)} = %s" for field in table.columns)
            match = " and ".join(f"{column} = %s" for column in table.pk)
            cursor.execute(f"update {table.name} set {sets} where {match}", [*new, *pk])  # as above
    return len(rows)


def _redacted(table: Table, field: models.Field[Any, Any], value: Any, needles: Sequence[str]) -> Any:
    if value is None:
        return None
    if isinstance(field, models.JSONField):
        read = orjson.loads(value) if isinstance(value, str | bytes) else value
        return orjson.dumps(redact(read, needles)).decode()
    cleaned = redact(value, needles)
    if cleaned != value and field.name in table.unique:
        cleaned = f"erased:{new_id()}"
    most = getattr(field, "max_length", None)
    return cleaned[:most] if isinstance(cleaned, str) and most else cleaned


def _where(table: Table, subject: Subject, needles: Sequence[str]) -> tuple[str, list[Any]]:
    texts = " or ".join(f"{_column(field)}::text like any(%s)" for field in table.columns)
    values: list[Any] = [subject.workspace_id, *([patterns(needles)] * len(table.columns))]
    where = f"workspace_id = %s and ({texts})"
    if table.name in LAST:
        where += f" and {'id' if table.name == 'profiles_profile' else 'profile_id'} <> all(%s)"
        values.append(subject.profile_ids)
    return where, values
