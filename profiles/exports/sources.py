"""What can be exported: rows of one kind, page by page in a fixed order. Other apps register theirs."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, NamedTuple
from uuid import UUID

import orjson

from workspaces.errors import DomainError
from workspaces.masking import PERSONAL_KEYS, mask_at
from workspaces.models import Workspace


class InvalidExport(DomainError):
    """An export that cannot be made: a column or a filter that does not exist."""


class Request(NamedTuple):
    """What is asked: of `at`, everything is as it was then, or later."""

    workspace: Workspace
    columns: Sequence[str]
    filters: Mapping[str, Any]
    masked: bool
    at: datetime
    personal_keys: Collection[str] = PERSONAL_KEYS


class ExportPage(NamedTuple):
    """Rows, and after which row the next page begins; empty: there is none."""

    rows: list[list[str]]
    cursor: str


# What the cells of a column are to a spreadsheet. Instants and days are ISO 8601.
CellKind = Literal["text", "number", "instant", "day"]


def _texts(request: Request) -> Mapping[str, CellKind]:
    return {}


@dataclass(frozen=True)
class Source:
    """`check` raises InvalidExport; `page` gives at most so many rows after a cursor ("" is the beginning).

    `kinds`: the columns that are not texts in a workbook.
    """

    columns: Sequence[str]
    check: Callable[[Request], None]
    count: Callable[[Request], int]
    page: Callable[[Request, str, int], ExportPage]
    kinds: Callable[[Request], Mapping[str, CellKind]] = field(default=_texts)


_sources: dict[str, Source] = {}


def register(kind: str, source: Source) -> None:
    _sources[kind] = source


def kinds() -> list[str]:
    """What can be exported in this installation."""
    return sorted(_sources)


def source_of(kind: str) -> Source:
    if kind not in _sources:
        raise InvalidExport("unknown_kind", f"Exported are: {', '.join(kinds())}.", "kind")
    return _sources[kind]


def text_of(value: Any) -> str:
    """A value as a cell shows it; instants in UTC, what has parts as JSON."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case date():
            return value.isoformat()
        case int() | float() | Decimal() | UUID():
            return str(value)
        case _:
            return orjson.dumps(value).decode()


def masked_at(request: Request, path: Sequence[str], value: Any) -> Any:
    """A value as this export shows it."""
    return mask_at(path, value, request.personal_keys) if request.masked else value


def at_path(value: Any, path: Sequence[str]) -> Any:
    for part in path:
        value = value.get(part) if isinstance(value, dict) else None
    return value


def after(cursor: str) -> UUID:
    """The id after which a page of rows in the order of their ids begins."""
    return UUID(cursor) if cursor else UUID(int=0)


def check_filters(filters: Mapping[str, Any], known: Sequence[str]) -> None:
    if unknown := filters.keys() - set(known):
        raise InvalidExport("unknown_filter", "There is no such filter.", f"filters.{min(unknown)[:100]}")
