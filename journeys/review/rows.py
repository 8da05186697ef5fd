"""Running a statement by hand on Django's connection, as the review's modules do."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection


def rows(statement: str, params: Sequence[Any] | Mapping[str, Any]) -> list[Any]:
    """Every row of the statement, as tuples in the order of its columns."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return list(cursor.fetchall())


def count(statement: str, params: Sequence[Any] | Mapping[str, Any]) -> int:
    """How many rows it concerned."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return int(cursor.rowcount)


def by_name(text: str, params: Sequence[Any]) -> tuple[str, dict[str, Any]]:
    """A condition whose places are `%s` as one whose places have names, for a statement that has names, and its values."""
    head, *rest = text.split("%s")
    named = head + "".join(f"%(p{place})s{each}" for place, each in enumerate(rest))
    return named, {f"p{place}": value for place, value in enumerate(params)}
