"""Pieces of SQL."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Sql:
    """A piece of SQL with psycopg placeholders and their values, in order."""

    text: str
    params: tuple[Any, ...] = ()


def joined(parts: Iterable[Sql], word: str, empty: str) -> Sql:
    parts = list(parts)
    if not parts:
        return Sql(empty)
    return Sql(f"({word.join(part.text for part in parts)})", tuple(value for part in parts for value in part.params))


def opposite(condition: Sql) -> Sql:
    return Sql(f"not {condition.text}", condition.params)
