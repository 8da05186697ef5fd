"""Tables of the review as a source of exports. Parts of the review register theirs, and are loaded when one is asked for:
the figures of some are made by large libraries, which a worker that writes other files does without.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

from journeys.models import Journey
from journeys.review.paths.filters import Filters
from journeys.review.worth.export_filters import chosen_of, journey_of
from profiles.exports.sources import CellKind, ExportPage, InvalidExport, Request, Source, text_of

_PARTS: Final = ("journeys.review.worth.export_worth", "journeys.review.worth.export_figures")


@dataclass(frozen=True)
class Table:
    """Its columns and what their cells are, and its rows as mappings that have them: of a journey, of the runs that are
    chosen, as asked. Filters that are in `without` mean nothing to it, as they do to the part of the page.
    """

    columns: Mapping[str, CellKind]
    rows: Callable[[Journey, Filters, Request], Sequence[Mapping[str, Any]]]
    without: Sequence[str] = ()


_tables: dict[str, Table] = {}


def register(name: str, table: Table) -> None:
    _tables[name] = table


def columns(*texts: str, numbers: Sequence[str] = (), days: Sequence[str] = ()) -> dict[str, CellKind]:
    """Columns in this order: texts, days, numbers."""
    return {**dict.fromkeys(texts, "text"), **dict.fromkeys(days, "day"), **dict.fromkeys(numbers, "number")}


def tables() -> Mapping[str, Table]:
    for part in _PARTS:
        import_module(part)
    return _tables


def table_of(name: object) -> Table:
    """Raises InvalidExport."""
    known = tables()
    if not isinstance(name, str) or name not in known:
        raise InvalidExport("unknown_table", f"Tables are: {', '.join(sorted(known))}, runs.", "table")
    return known[name]


def _check(request: Request) -> None:
    table = table_of(request.filters.get("table"))
    if unknown := set(request.columns) - set(table.columns):
        raise InvalidExport("unknown_column", f"There is no column {min(unknown)[:100]}.", "columns")
    chosen_of(request, journey_of(request), table.without)


def _rows(request: Request) -> list[list[str]]:
    journey, table = journey_of(request), table_of(request.filters["table"])
    found = table.rows(journey, chosen_of(request, journey, table.without), request)
    return [[text_of(row.get(column)) for column in request.columns] for row in found]


def _page(request: Request, cursor: str, limit: int) -> ExportPage:
    """A table is small: it comes in one piece, so that all of it is of one moment."""
    return ExportPage(_rows(request), "")


def _kinds(request: Request) -> Mapping[str, CellKind]:
    return table_of(request.filters["table"]).columns


SOURCE: Final = Source((), _check, lambda request: len(_rows(request)), _page, _kinds)
