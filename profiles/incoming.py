"""Events as they come in: what is asked of one, and why one is refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

import orjson

from profiles.attributes import read_patch
from profiles.identity_values import IdentityKey, pairs_of, read_identities
from workspaces.errors import DomainError
from workspaces.instants import parse_instant
from workspaces.models.base import new_id

MAX_NAME = 200
MAX_EVENT_ID = 255
MAX_PROPERTIES_BYTES = 32 * 1024
MAX_DEPTH = 16
REST: Mapping[str, Any] = {"by": "events"}
_FIELDS = frozenset({"event_id", "name", "occurred_at", "identities", "properties"})


class InvalidEvent(DomainError):
    """An item that cannot be stored; the rest of its batch can."""


@dataclass(frozen=True, slots=True)
class IncomingEvent:
    """One item of a batch as it was sent: nothing in it has been checked.

    `payload` is what an operator is shown if it is rejected, and `reader` how it is read when it is sent again
    (profiles/reading.py). `traits` are attributes to set on the person, if the event is new.
    """

    payload: object
    name: object
    identities: Sequence[tuple[object, object]]
    event_id: object = None
    occurred_at: object = None
    properties: object = None
    traits: object = None
    reader: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_rest(cls, item: object) -> Self:
        """Read an item of `POST /api/v1/events/`. Raises InvalidEvent or InvalidIdentity."""
        if not isinstance(item, Mapping):
            raise InvalidEvent("not_an_object", "An event is an object.")
        if unknown := item.keys() - _FIELDS:
            field = min(unknown)
            raise InvalidEvent("unknown_field", f"An event has no field {field[:100]!r}.", field[:100])
        return cls(
            payload=item,
            name=item.get("name"),
            identities=pairs_of(item.get("identities")),
            event_id=item.get("event_id"),
            occurred_at=item.get("occurred_at"),
            properties=item.get("properties"),
            reader=REST,
        )


@dataclass(frozen=True, slots=True)
class CheckedEvent:
    """An event that can be stored."""

    id: Any
    event_id: str
    name: str
    identities: tuple[IdentityKey, ...]
    occurred_at: datetime
    properties: dict[str, Any]
    properties_json: bytes
    traits: dict[str, Any] | None


def check(incoming: IncomingEvent, received_at: datetime) -> CheckedEvent:
    """Check one item. Raises InvalidEvent, InvalidIdentity or InvalidInstant."""
    name = incoming.name
    if not isinstance(name, str) or not 1 <= len(name) <= MAX_NAME or not name.strip():
        raise InvalidEvent("invalid_name", f"An event's name is a text of 1 to {MAX_NAME} characters.", "name")
    if incoming.occurred_at is None:
        occurred_at = received_at
    else:
        occurred_at = parse_instant(incoming.occurred_at, "occurred_at")
    id_ = new_id()
    event_id = str(id_) if incoming.event_id is None else incoming.event_id
    if not isinstance(event_id, str) or not 1 <= len(event_id) <= MAX_EVENT_ID:
        raise InvalidEvent(
            "invalid_event_id", f"An event's id is a text of 1 to {MAX_EVENT_ID} characters.", "event_id"
        )
    properties, properties_json = check_properties(incoming.properties)
    return CheckedEvent(
        id=id_,
        event_id=event_id,
        name=name,
        identities=read_identities(incoming.identities),
        occurred_at=occurred_at,
        properties=properties,
        properties_json=properties_json,
        traits=None if incoming.traits is None else read_patch(incoming.traits, "traits"),
    )


def check_properties(value: object) -> tuple[dict[str, Any], bytes]:
    """Check a JSON object (or none) of bounded depth and size; return it and its JSON. Raises InvalidEvent."""
    if value is None:
        return {}, b"{}"
    if not isinstance(value, dict):
        raise InvalidEvent("invalid_properties", "`properties` is an object.", "properties")
    text = orjson.dumps(value)
    # Most have fewer brackets than levels are allowed, so that nothing in them can be too deep.
    if text.count(b"{") + text.count(b"[") > MAX_DEPTH and _is_deeper(value, MAX_DEPTH):
        raise InvalidEvent("too_deep", f"`properties` is nested more than {MAX_DEPTH} levels deep.", "properties")
    if len(text) > MAX_PROPERTIES_BYTES:
        message = f"`properties` has at most {MAX_PROPERTIES_BYTES} bytes."
        raise InvalidEvent("properties_too_large", message, "properties")
    return value, text


def _is_deeper(value: object, levels: int) -> bool:
    if isinstance(value, dict):
        return levels == 0 or any(_is_deeper(item, levels - 1) for item in value.values())
    if isinstance(value, list):
        return levels == 0 or any(_is_deeper(item, levels - 1) for item in value)
    return False
