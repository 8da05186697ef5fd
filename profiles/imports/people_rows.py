"""From a row's cells to what the REST upsert takes: identities, a change, consents. Refusals carry code and column."""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from profiles.attributes import MAX_KEY, MAX_TAG, MAX_TAGS
from profiles.identity_types import IdentityRules
from profiles.identity_values import IdentityKey, InvalidIdentity, normalise, rank
from profiles.imports.csv_rows import Row
from profiles.imports.dates import Unreadable
from profiles.imports.mapping import Column, Mapping
from profiles.imports.values import SPREADSHEET_ERRORS, boolean

# 1.38001E+10: what a spreadsheet makes of a long number, with its last digits gone.
_SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+\d+", re.ASCII)


class RefusedRow(Exception):
    """A row that is not taken: the code of the reason, and the cell at fault."""

    def __init__(self, code: str, place: int | None = None, value: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.place = place
        self.value = value


@dataclass(slots=True)
class PersonRow:
    """What one row says of one person. A consent's time is None where the file says none."""

    row: Row
    identities: tuple[IdentityKey, ...]
    attributes: dict[str, Any]
    tags: dict[str, Any]
    consents: list[tuple[str, str, bool]] = field(default_factory=list)
    consent_at: datetime | None = None

    def read_by(self, rules: IdentityRules) -> "PersonRow":
        """The row with its identities as a workspace compares them."""
        return replace(self, identities=tuple(dict.fromkeys(rules.read(key) for key in self.identities)))


def check_row(row: Row, width: int) -> None:
    """Raises RefusedRow for a row that cannot be trusted as a whole."""
    if row.fault:
        raise RefusedRow(row.fault)
    if len(row.cells) > width and any(row.cells[width:]):
        # A delimiter inside a cell has pushed all others aside.
        raise RefusedRow("too_many_cells")


def read_identities(cells: list[str], columns: list[Column]) -> tuple[IdentityKey, ...]:
    """The identities of a row, the deciding one first. Raises RefusedRow."""
    found: list[IdentityKey] = []
    count = len(cells)
    for column in columns:
        cell = cells[column.place].strip() if column.place < count else ""
        if not cell:
            continue
        if cell in SPREADSHEET_ERRORS:
            raise RefusedRow("spreadsheet_error", column.place, cell)
        if _SCIENTIFIC.fullmatch(cell):
            raise RefusedRow("digits_lost", column.place, cell)
        try:
            found.append(normalise(column.key, cell))
        except InvalidIdentity as error:
            raise RefusedRow(error.code, column.place, cell) from error
    if not found:
        raise RefusedRow("identities_required")
    return tuple(sorted(dict.fromkeys(found), key=rank)) if len(found) > 1 else (found[0],)


def read_cell(column: Column, cell: str) -> Any:
    """Raises RefusedRow."""
    if cell in SPREADSHEET_ERRORS:
        raise RefusedRow("spreadsheet_error", column.place, cell)
    try:
        return column.reader(cell)
    except Unreadable as error:
        raise RefusedRow(error.code, column.place, cell) from error


def read_person(row: Row, mapping: Mapping) -> PersonRow:
    """Raises RefusedRow."""
    check_row(row, mapping.width)
    cells = row.cells
    person = PersonRow(row, read_identities(cells, mapping.of["identity"]), {}, {})
    count = len(cells)
    for column in mapping.columns:
        target = column.target
        if target == "identity":
            continue
        cell = cells[column.place] if column.place < count else ""
        if not cell or cell.isspace():
            if mapping.removes and target == "attribute":
                put(person.attributes, column.path, None)
            continue
        if target == "attribute":
            value = read_cell(column, cell)
            if len(column.path) == 1:
                person.attributes[column.key] = value
            else:
                put(person.attributes, column.path, value)
        else:
            _READ[target](person, column, cell)
    return person


def put(into: dict[str, Any], path: tuple[str, ...], value: object) -> None:
    """Set a value at a path; a column of the part above it is replaced, as a later key of a patch replaces it."""
    for part in path[:-1]:
        below = into.get(part)
        if not isinstance(below, dict):
            below = into[part] = {}
        into = below
    into[path[-1]] = value


def _tag(person: PersonRow, column: Column, cell: str) -> None:
    """A column of a tag: yes adds it, no takes it away, anything else is its value."""
    try:
        person.tags[column.key] = True if boolean(cell) else None
    except Unreadable:
        if len(cell) > MAX_KEY:
            raise RefusedRow("invalid_tag_value", column.place, cell) from None
        person.tags[column.key] = cell.strip()


def _tags(person: PersonRow, column: Column, cell: str) -> None:
    names = read_cell(column, cell)
    if len(names) > MAX_TAGS or any(len(name) > MAX_TAG for name in names):
        raise RefusedRow("invalid_tag", column.place, cell)
    for name in names:
        person.tags.setdefault(name, True)


def _consent(person: PersonRow, column: Column, cell: str) -> None:
    try:
        person.consents.append((column.channel, column.purpose, boolean(cell)))
    except Unreadable as error:
        raise RefusedRow("invalid_consent", column.place, cell) from error


def _consent_at(person: PersonRow, column: Column, cell: str) -> None:
    person.consent_at = read_cell(column, cell)


_READ = {"tag": _tag, "tags": _tags, "consent": _consent, "consent_at": _consent_at}
