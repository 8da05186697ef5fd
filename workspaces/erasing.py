"""What it takes to erase one person, or to hand out all that is known of them: each app contributes its part.

profiles runs both (profiles.privacy); the apps above and beside it register here what they hold.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple, TypeAlias
from uuid import UUID

import orjson

from workspaces.instants import InvalidInstant, parse_instant

# What stands where somebody's data stood in a text that stays.
ERASED: Final = "[erased]"
# A shorter value is found in everything; only whole values of that length are looked for inside texts.
SHORTEST_NEEDLE: Final = 5
# Long enough, and mixed enough, that no word, amount or instant is one.
LEAST_ID: Final = 12


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom it is about: the person's profile and all their identities, (type, value), as they are stored.

    `former_ids`: of people who have been merged into this one.
    """

    workspace_id: UUID
    profile_id: UUID
    identities: tuple[tuple[str, str], ...]
    former_ids: tuple[UUID, ...] = ()

    @property
    def profile_ids(self) -> list[UUID]:
        return [self.profile_id, *self.former_ids]

    @property
    def values(self) -> list[str]:
        return sorted({value for _, value in self.identities})

    @property
    def needles(self) -> list[str]:
        """What to look for inside texts: the identities as they are stored and as people write them, longest first."""
        written = {value for value in self.values if value != str(self.profile_id)}
        written |= {value.removeprefix("+86") for value in written if value.startswith("+86")}
        return sorted((value for value in written if len(value) >= SHORTEST_NEEDLE), key=lambda v: (-len(v), v))

    @property
    def searchable(self) -> list[str]:
        """Those that can be nothing else: numbers, mail addresses, and ids that no word, amount or instant is."""
        sure = {value for type_, value in self.identities if type_ == "phone" or "@" in value or _is_an_id(value)}
        return [needle for needle in self.needles if needle in sure or "+86" + needle in sure]


def _is_an_id(value: str) -> bool:
    if len(value) < LEAST_ID or not any(c.isdigit() for c in value) or not any(c.isalpha() for c in value):
        return False
    try:
        parse_instant(value)
    except InvalidInstant:
        return True
    return False


def patterns(needles: Iterable[str]) -> list[str]:
    """Patterns for SQL's `like any`: each needle as texts have it, and as JSON writes it."""
    written = {form for needle in needles for form in (needle, orjson.dumps(needle).decode()[1:-1])}
    return ["%" + re.sub(r"([\\%_])", r"\\\1", form) + "%" for form in sorted(written)]


class Removed(NamedTuple):
    """Rows removed or emptied by table, and whether the same step must be called again."""

    rows: Counter[str]
    more: bool = False


# Called in a transaction with (subject, now, limit): removes at most about `limit` rows. Must be safe to repeat.
Eraser: TypeAlias = Callable[[Subject, datetime, int], Removed]
# Called with the subject: sections of the archive, each a name and its rows, read lazily.
Exporter: TypeAlias = Callable[[Subject], Mapping[str, Iterable[Any]]]

_erasers: dict[str, Eraser] = {}
_exporters: dict[str, Exporter] = {}
_handled: set[str] = set()


def register_eraser(name: str, eraser: Eraser, *, handles: Iterable[str]) -> None:
    """Have `eraser` called for every erasure. `handles`: tables with a profile's id that it sees to itself.

    Every other table with a `profile_id` loses the person's rows; registering twice changes nothing.
    """
    _erasers[name] = eraser
    _handled.update(handles)


def register_exporter(name: str, exporter: Exporter) -> None:
    _exporters[name] = exporter


def erasers() -> dict[str, Eraser]:
    return dict(_erasers)


def exporters() -> dict[str, Exporter]:
    return dict(_exporters)


def handled_tables() -> frozenset[str]:
    return frozenset(_handled)


def redact(value: Any, needles: Iterable[str]) -> Any:
    """Replace every needle in the texts of a JSON value; a number that is one becomes the same mark."""
    if isinstance(value, str):
        for needle in needles:
            value = value.replace(needle, ERASED)
        return value
    if isinstance(value, Mapping):
        return {redact(key, needles): redact(item, needles) for key, item in value.items()}
    if isinstance(value, list):
        return [redact(item, needles) for item in value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return ERASED if str(value) in needles else value
    return value
