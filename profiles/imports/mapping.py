"""What each column of an import is: read from the API, checked, and turned into readers of cells."""

import re
from dataclasses import dataclass, field
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from profiles.attributes import MAX_TAG, read_patch
from profiles.choices import Purpose
from profiles.identity_values import MAX_IDENTITIES, InvalidIdentity, normalise
from profiles.imports.dates import FORMATS, read_instant
from profiles.imports.values import TYPES, Reader, reader_of
from profiles.models import ImportKind
from workspaces.errors import DomainError

_PEOPLE: Final = frozenset({"ignore", "identity", "attribute", "tag", "tags", "consent", "consent_at"})
_EVENTS: Final = frozenset({"ignore", "identity", "event_name", "event_id", "occurred_at", "property"})
_CHANNEL = re.compile(r"[a-z][a-z0-9_]{0,31}", re.ASCII)
_ONCE = ("tags", "consent_at", "event_name", "event_id", "occurred_at")
_COLUMN_FIELDS = frozenset({"column", "target", "key", "type", "format", "channel", "purpose"})
_FIELDS = frozenset({"columns", "timezone", "empty", "event_name", "live"})
MOST_COLUMNS = 500


class InvalidMapping(DomainError):
    """A mapping that does not fit the file, or makes no sense."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column that is taken: `place` counts from 0, `reader` turns a cell into a value."""

    place: int
    target: str
    key: str
    reader: Reader
    path: tuple[str, ...] = ()
    channel: str = ""
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Mapping:
    """`removes`: an empty cell removes an attribute, instead of saying nothing about it."""

    columns: list[Column]
    removes: bool
    width: int
    event_name: str = ""
    live: bool = False
    of: dict[str, list[Column]] = field(default_factory=dict)

    def one(self, target: str) -> Column | None:
        return next(iter(self.of.get(target, ())), None)


def read_mapping(kind: str, value: object, width: int) -> Mapping:
    """Check a mapping of a file with so many columns. Raises InvalidMapping."""
    if not isinstance(value, dict) or not isinstance(value.get("columns"), list):
        raise InvalidMapping("invalid_mapping", "`mapping` is an object with a list `columns`.", "mapping")
    if unknown := value.keys() - _FIELDS:
        raise InvalidMapping("unknown_field", "There is no such field.", f"mapping.{min(unknown)[:100]}")
    zone = _zone(value.get("timezone", "Asia/Shanghai"))
    if value.get("empty", "keep") not in {"keep", "remove"}:
        raise InvalidMapping("invalid_empty", "`empty` is `keep` or `remove`.", "mapping.empty")
    if len(value["columns"]) > MOST_COLUMNS:
        raise InvalidMapping("too_many_columns", f"At most {MOST_COLUMNS} columns are taken.", "mapping.columns")
    columns = [_column(kind, one, index, width, zone) for index, one in enumerate(value["columns"])]
    taken = [one for one in columns if one.target != "ignore"]
    of: dict[str, list[Column]] = {}
    for one in taken:
        of.setdefault(one.target, []).append(one)
    name = value.get("event_name", "")
    if not isinstance(name, str) or len(name) > 200 or not isinstance(value.get("live", False), bool):
        raise InvalidMapping("invalid_mapping", "`event_name` is a text, `live` is true or false.", "mapping")
    _check(kind, taken, of, name)
    return Mapping(taken, value.get("empty") == "remove", width, name.strip(), value.get("live", False), of)


def _check(kind: str, taken: list[Column], of: dict[str, list[Column]], event_name: str) -> None:
    places = [one.place for one in taken]
    if len(set(places)) < len(places):
        raise InvalidMapping("column_twice", "A column is mapped twice.", "mapping.columns")
    if not of.get("identity"):
        raise InvalidMapping("identities_required", "One column at least must be an identity.", "mapping.columns")
    if len(of["identity"]) > MAX_IDENTITIES:
        raise InvalidMapping("too_many_identities", f"At most {MAX_IDENTITIES} are taken.", "mapping.columns")
    for target in _ONCE:
        if len(of.get(target, ())) > 1:
            raise InvalidMapping("target_twice", f"Two columns are `{target}`.", "mapping.columns")
    named = [(one.target, one.key, one.channel, one.purpose) for one in taken if one.target not in {"identity", "tags"}]
    if len(set(named)) < len(named):
        raise InvalidMapping("target_twice", "Two columns are the same attribute, tag or consent.", "mapping.columns")
    if kind == ImportKind.EVENTS:
        if "occurred_at" not in of:
            raise InvalidMapping("occurred_at_required", "A column must say when it happened.", "mapping.columns")
        if "event_name" not in of and not event_name.strip():
            raise InvalidMapping("event_name_required", "A column, or `event_name`, must name the event.", "mapping")


def _column(kind: str, value: object, index: int, width: int, zone: ZoneInfo) -> Column:
    attr = f"mapping.columns.{index}"
    if not isinstance(value, dict) or value.keys() - _COLUMN_FIELDS:
        raise InvalidMapping("invalid_mapping", "A column has `column`, `target` and what belongs to it.", attr)
    place = value.get("column")
    if isinstance(place, bool) or not isinstance(place, int) or not 0 <= place < width:
        raise InvalidMapping("unknown_column", "The file has no such column.", f"{attr}.column")
    target = value.get("target")
    if not isinstance(target, str) or target not in (_EVENTS if kind == ImportKind.EVENTS else _PEOPLE):
        raise InvalidMapping("unknown_target", "A column cannot be this.", f"{attr}.target")
    type_, form = value.get("type", "text"), value.get("format", "auto")
    if type_ not in TYPES or form not in FORMATS:
        raise InvalidMapping(
            "unknown_type", f"A type is one of {', '.join(TYPES)}; a format, of {', '.join(FORMATS)}.", attr
        )
    if target in {"occurred_at", "consent_at"}:
        type_ = "instant"
    elif target == "tags":
        type_ = "list"
    key = value.get("key", "")
    channel, purpose = value.get("channel", ""), value.get("purpose", "")
    if not all(isinstance(one, str) for one in (key, channel, purpose)):
        raise InvalidMapping("invalid_mapping", "`key`, `channel` and `purpose` are texts.", attr)
    _check_key(target, key, channel, purpose, attr)
    return Column(place, target, key, _reader(target, type_, form, zone), tuple(key.split(".")), channel, purpose)


def _check_key(target: str, key: str, channel: str, purpose: str, attr: str) -> None:
    try:
        if target == "identity":
            normalise(key, "13800138000" if key == "phone" else "a@b.c")
        elif target in {"attribute", "property"}:
            read_patch({key: ""})
    except DomainError as error:
        code = error.code if isinstance(error, InvalidIdentity) else "invalid_key"
        raise InvalidMapping(code, error.detail, f"{attr}.key") from error
    if target == "tag" and not (key.strip() and len(key) <= MAX_TAG):
        raise InvalidMapping("invalid_tag", f"A tag's name has 1 to {MAX_TAG} characters.", f"{attr}.key")
    if target == "consent" and not (_CHANNEL.fullmatch(channel) and purpose in Purpose.values):
        raise InvalidMapping("invalid_consent", "A consent names a channel and a purpose.", attr)


def _zone(name: object) -> ZoneInfo:
    try:
        return ZoneInfo(name if isinstance(name, str) else "")
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidMapping("unknown_timezone", "There is no such time zone.", "mapping.timezone") from error


def _reader(target: str, type_: str, form: str, zone: ZoneInfo) -> Reader:
    if target in {"occurred_at", "consent_at"}:
        return lambda cell: read_instant(cell, form, zone)
    return reader_of(type_, form, zone)
